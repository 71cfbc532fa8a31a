export {
  dateTime,
  duration,
  energyText,
  figure,
  gapText,
  money,
  percent,
  powerText,
  quantity,
  timeOfDay,
  unknownText,
} from './format.js';
export { clockOf, type Clock, type Origin } from './clock.js';
export { placeholders, text, type Fill, type Language, type Words } from './i18n/words.js';
export { address, matchPath, readPlace, type Place } from './router.js';
