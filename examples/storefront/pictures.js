// Pictures as a few strokes each, in a box of 48.
export const PICTURES = {
  dress: 'M19 8c1 3 9 3 10 0l4 3-3 9 6 19c-6 3-18 3-24 0l6-19-3-9z',
  shirt: 'M18 9c2 4 10 4 12 0l9 5-4 8-4-2v19H17V20l-4 2-4-8z',
  trousers: 'M16 8h16l3 32h-8l-3-20-3 20h-8z',
  shoe: 'M8 20c4 4 9 4 12 1l12 9c5 2 8 2 8 7H8z',
  sofa: 'M13 22v-8h22v8M8 22c3-2 6 0 6 4h20c0-4 3-6 6-4v13H8zM12 35v4M36 35v4',
  table: 'M6 19h36v5H6zM11 24v14M37 24v14',
  drill: 'M8 13h24v10H20l2 16h-9l-2-16H8zM32 16h5v4h-5M37 18h5',
  hammer: 'M12 10h20l4 6v4H12zM20 20h6v20h-6z',
  mug: 'M11 14h21v22c0 4-21 4-21 0zM32 19c9-2 9 13 0 11',
};

/**
 * @param {keyof typeof PICTURES} name
 * @param {number} hue
 */
export function picture(name, hue) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 48 48');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.setProperty('--hue', String(hue));
  path.setAttribute('d', PICTURES[name]);
  svg.append(path);
  return svg;
}
