import type { Payload } from '../frames.js';

/** A charging profile in 2.x words. Limits are in `chargingRateUnit`, times in seconds from the schedule's start. */
export interface ChargingProfile {
  readonly id: number;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: string;
  readonly chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative' | 'Dynamic';
  readonly recurrencyKind?: 'Daily' | 'Weekly';
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly transactionId?: string;
  readonly chargingSchedule: readonly ChargingSchedule[];
}
export interface ChargingSchedule {
  readonly id: number;
  readonly startSchedule?: string;
  readonly duration?: number;
  readonly chargingRateUnit: 'A' | 'W';
  readonly minChargingRate?: number;
  readonly chargingSchedulePeriod: readonly {
    readonly startPeriod: number;
    readonly limit: number;
    readonly numberPhases?: number;
  }[];
}

const purposes16: Readonly<Record<string, string>> = {
  ChargingStationMaxProfile: 'ChargePointMaxProfile',
  TxDefaultProfile: 'TxDefaultProfile',
  TxProfile: 'TxProfile',
};

/** The 1.6 purpose, null for those that 1.6 does not have. */
export const purpose16 = (purpose: string): string | null =>
  Object.hasOwn(purposes16, purpose) ? (purposes16[purpose] as string) : null;

/** The 1.6 form of a profile, or why there is none. */
export function profile16(profile: ChargingProfile): Payload | { readonly unsupported: string } {
  const purpose = purpose16(profile.chargingProfilePurpose);
  if (purpose === null) return { unsupported: `OCPP 1.6 has no purpose ${profile.chargingProfilePurpose}` };
  if (profile.chargingProfileKind === 'Dynamic') return { unsupported: 'OCPP 1.6 has no kind Dynamic' };
  const [schedule, ...others] = profile.chargingSchedule;
  if (schedule === undefined || others.length > 0) return { unsupported: 'OCPP 1.6 takes exactly one schedule' };
  const { id: chargingProfileId, chargingSchedule: _schedules, transactionId, ...same } = profile;
  const { id: _id, ...schedule16 } = schedule;
  return {
    ...same,
    chargingProfileId,
    chargingProfilePurpose: purpose,
    ...(transactionId === undefined ? {} : { transactionId: Number(transactionId) }),
    chargingSchedule: schedule16,
  };
}
