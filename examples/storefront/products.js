// The shop's wares. `label` is that of Aisle's taxonomy, as a catalogue would be labelled once; the rest is what shoppers filter by.

/** @typedef {{ name: string, label: string, price: number, picture: keyof typeof import('./pictures.js').PICTURES, hue: number, facets: Record<string, string> }} Product */

/** @type {Product[]} */
export const PRODUCTS = [
  { name: 'Meadow wrap dress', label: 'clothing/dresses', price: 68, picture: 'dress', hue: 340, facets: { Colour: 'Rose', Size: 'M', Length: 'Midi' } },
  { name: 'Harbour linen dress', label: 'clothing/dresses', price: 84, picture: 'dress', hue: 210, facets: { Colour: 'Blue', Size: 'S', Length: 'Maxi' } },
  { name: 'Evening slip dress', label: 'clothing/dresses', price: 110, picture: 'dress', hue: 265, facets: { Colour: 'Violet', Size: 'L', Length: 'Maxi' } },
  { name: 'Everyday cotton tee', label: 'clothing/t-shirts', price: 19, picture: 'shirt', hue: 150, facets: { Colour: 'Green', Size: 'M' } },
  { name: 'Boxy striped tee', label: 'clothing/t-shirts', price: 24, picture: 'shirt', hue: 25, facets: { Colour: 'Orange', Size: 'L' } },
  { name: 'Straight blue jeans', label: 'clothing/jeans', price: 72, picture: 'trousers', hue: 220, facets: { Colour: 'Blue', Size: 'M' } },
  { name: 'Canvas low sneaker', label: 'shoes/sneakers', price: 59, picture: 'shoe', hue: 10, facets: { Colour: 'Red', Size: '42' } },
  { name: 'Court leather sneaker', label: 'shoes/sneakers', price: 89, picture: 'shoe', hue: 150, facets: { Colour: 'Green', Size: '40' } },
  { name: 'Trail running shoe', label: 'shoes/athletic-shoes', price: 120, picture: 'shoe', hue: 45, facets: { Colour: 'Yellow', Size: '42' } },
  { name: 'Two-seat sofa', label: 'furniture/sofas', price: 740, picture: 'sofa', hue: 30, facets: { Material: 'Linen', Seats: '2' } },
  { name: 'Corner sofa', label: 'furniture/sofas', price: 1290, picture: 'sofa', hue: 190, facets: { Material: 'Wool', Seats: '4' } },
  { name: 'Oak coffee table', label: 'furniture/coffee-tables', price: 260, picture: 'table', hue: 35, facets: { Material: 'Oak' } },
  { name: 'Glass coffee table', label: 'furniture/coffee-tables', price: 310, picture: 'table', hue: 200, facets: { Material: 'Glass' } },
  { name: 'Cordless drill 18 V', label: 'tools/power-tools', price: 129, picture: 'drill', hue: 55, facets: { Power: 'Battery' } },
  { name: 'Hammer drill 800 W', label: 'tools/power-tools', price: 99, picture: 'drill', hue: 0, facets: { Power: 'Mains' } },
  { name: 'Claw hammer', label: 'tools/hand-tools', price: 22, picture: 'hammer', hue: 15, facets: { Power: 'None' } },
  { name: 'Stoneware mug', label: 'kitchen/drinkware-barware', price: 14, picture: 'mug', hue: 170, facets: { Material: 'Stoneware' } },
  { name: 'Travel mug', label: 'kitchen/drinkware-barware', price: 26, picture: 'mug', hue: 230, facets: { Material: 'Steel' } },
];
