import { useEffect, useState } from 'preact/hooks';

/** What `make` came to, once `keys` have rested for a while; while it is made anew the old one stays. */
export function useSettled<T>(keys: unknown[], make: (stale: () => boolean) => Promise<T>, afterMs = 180): T | undefined {
  const [made, set] = useState<T>();
  useEffect(() => {
    let stale = false;
    const later = setTimeout(async () => {
      const value = await make(() => stale);
      if (!stale) set(() => value);
    }, afterMs);
    return () => {
      stale = true;
      clearTimeout(later);
    };
  }, keys);
  return made;
}
