import { useState } from 'preact/hooks';

/** A place to drop a file, or to choose one. */
export function Drop({ id, title, hint, accept, onFile }: { id: string; title: string; hint: string; accept: string; onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => files?.[0] && onFile(files[0]);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  return (
    <label class={over ? 'drop over' : 'drop'} onDragOver={(event) => (event.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={onDrop}>
      <input
        id={id}
        type="file"
        class="unseen"
        accept={accept}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = ''; // the same file again is a change too
        }}
      />
      <strong>{title}</strong>
      <span>{hint}</span>
    </label>
  );
}
