"""The shape of a training run, shared by teacher and student."""
import sys
import time

import torch
from torch import nn


def optimise(model, groups, rates, steps, loss_at, checkpoint, decay=0.01, betas=(0.9, 0.999), warm_up=0.1, every=100):
    """AdamW with a one-cycle rate. groups: lists of parameters, rates: the highest rate of each; loss_at(step) for step
    1..steps builds its own batch. `checkpoint` runs now and then. Returns the mean loss of every `every` steps, a quarter of a short run's."""
    every = min(every, max(1, steps // 4))
    optimizer = torch.optim.AdamW([{"params": g, "lr": r} for g, r in zip(groups, rates)], weight_decay=decay, betas=betas, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 1, pct_start=warm_up)
    losses, total, started = [], 0.0, time.time()
    model.train()
    for step in range(1, steps + 1):
        loss = loss_at(step)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % every == 0 or step == steps:
            losses.append(total / (step % every or every))
            total = 0.0
            print(f"step {step}/{steps} loss {losses[-1]:.3f} {time.time() - started:.0f} s", file=sys.stderr, flush=True)
        if step % (10 * every) == 0:
            checkpoint()
    return losses
