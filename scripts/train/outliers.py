"""Scores for "this is nothing the model knows", all of them higher for what it does not know, and how they are measured."""
import numpy
from scipy.special import logsumexp
from scipy.stats import rankdata


def softmax(logits):
    e = numpy.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def entropy(probabilities):
    return -(probabilities * numpy.log(probabilities.clip(1e-12))).sum(1)


def margin(probabilities):
    """The second best less the best."""
    best = numpy.sort(probabilities, 1)
    return best[:, -2] - best[:, -1]


def energy(logits):
    """Liu et al. 2020, arXiv:2010.03759, at temperature 1."""
    return -logsumexp(logits, axis=1)


def auroc(known, unknown):
    """The chance that an unknown one scores higher than a known one."""
    ranks = rankdata(numpy.concatenate([known, unknown]))
    return (ranks[len(known):].sum() - len(unknown) * (len(unknown) + 1) / 2) / len(known) / len(unknown)


def fpr95(known, unknown):
    """Share of the unknown ones that pass where 95 % of the known ones do."""
    return float((unknown <= numpy.quantile(known, 0.95)).mean())


def ece(confidence, right, bins=15):
    which = numpy.minimum((confidence * bins).astype(int), bins - 1)
    return sum(abs((confidence - right)[which == b].sum()) for b in range(bins)) / len(confidence)


class Mahalanobis:
    """Squared distance to the nearest class mean under one covariance (Lee et al. 2018, arXiv:1807.03888); `relative`:
    less the distance to the mean of all under their own covariance (Ren et al. 2021, arXiv:2106.09022)."""

    def __init__(self, x, labels, relative=False, shrink=0.01):
        names = numpy.unique(labels)
        means = numpy.stack([x[labels == c].mean(0) for c in names])
        centred = x - means[numpy.searchsorted(names, labels)]
        self.white = self.whitener(centred, shrink)
        self.means = means @ self.white
        self.background = (x.mean(0), self.whitener(x - x.mean(0), shrink)) if relative else None

    @staticmethod
    def whitener(centred, shrink):
        covariance = centred.T @ centred / len(centred)
        covariance += shrink * numpy.trace(covariance) / len(covariance) * numpy.eye(len(covariance))
        return numpy.linalg.cholesky(numpy.linalg.inv(covariance))

    def __call__(self, x):
        distance = squared_distances(x @ self.white, self.means).min(1)
        if self.background:
            distance = distance - (((x - self.background[0]) @ self.background[1]) ** 2).sum(1)
        return distance


class Neighbours:
    """Cosine distance to the k-th nearest of the points (Sun et al. 2022, arXiv:2204.06507), rounded to int8 as they would be stored."""

    def __init__(self, points, k=1, integer=True):
        points = unit(points)
        if integer:
            scale = numpy.abs(points).max(1, keepdims=True) / 127
            points = unit(numpy.round(points / scale) * scale)
        self.points, self.k = points.astype(numpy.float32), k

    def __call__(self, x):
        found = []
        for start in range(0, len(x), 512):
            cosine = unit(x[start:start + 512]).astype(numpy.float32) @ self.points.T
            found.append(1 - numpy.partition(cosine, -self.k, 1)[:, -self.k])
        return numpy.concatenate(found)


def unit(x):
    return x / numpy.linalg.norm(x, axis=1, keepdims=True).clip(1e-9)


def squared_distances(x, points):
    return numpy.maximum((x ** 2).sum(1)[:, None] - 2 * x @ points.T + (points ** 2).sum(1), 0)


def k_means(x, count, seed, rounds=8):
    """Lloyd's centres, from `count` of the points."""
    x = x.astype(numpy.float32)
    centres = numpy.random.default_rng(seed).choice(x, count, replace=False)
    for _ in range(rounds):
        nearest = numpy.concatenate([(part @ centres.T - (centres ** 2).sum(1) / 2).argmax(1) for part in numpy.array_split(x, 8)])
        sums, sizes = numpy.zeros_like(centres), numpy.bincount(nearest, minlength=count)
        numpy.add.at(sums, nearest, x)
        centres = numpy.where(sizes[:, None] > 0, sums / numpy.maximum(sizes, 1)[:, None], centres)
    return centres
