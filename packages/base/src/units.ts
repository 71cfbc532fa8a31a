/** Energy in the ledger is an integer of milliwatt-hours: safe to 9·10⁹ kWh. */
export const milliWhPerKwh = 1e6;
export const kwhToMilliWh = (energyKwh: number): number => Math.round(energyKwh * milliWhPerKwh);
export const milliWhToKwh = (energyMilliWh: number): number => energyMilliWh / milliWhPerKwh;
export const milliWhToWh = (energyMilliWh: number): number => energyMilliWh / 1000;

/** Mean radius of the Earth, IUGG, metres. */
export const earthRadiusM = 6371008.8;

export const msPerHour = 3_600_000;
export const msPerDay = 86_400_000;

/** Unit suffixes that a declared column may carry; `''` is a count or text. */
export type Unit =
  | ''
  | 'kW'
  | 'kWh'
  | 'Wh'
  | 'kVA'
  | 'km'
  | 'm'
  | 'min'
  | 's'
  | 'h'
  | 'd'
  | 'yr'
  | 'deg'
  | 'share'
  | 'persons'
  | 'households'
  | 'vehicles'
  | 'CNY'
  | 'currency'
  | 'currency/yr'
  | 'currency/kW'
  | 'kWh/d'
  | 'kWh/km'
  | 'km/d'
  | 'V'
  | 'A'
  | 'ohm/km'
  | 'km/h'
  | 'd/yr'
  | 'ms';
