import type { OcppVersion } from '@qipan/base';

/** The WebSocket subprotocol of each version (OCPP-J 1.6 §3.2, OCPP 2.x Part 4 §3.3). */
export const subprotocols: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'ocpp1.6',
  '2.0.1': 'ocpp2.0.1',
  '2.1': 'ocpp2.1',
};

export const versions: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];

/** The version a subprotocol names, null for any other text (`ocpp2.0`, `ocpp1.5` and `ocpp1.2` are not offered). */
export function versionOfSubprotocol(name: string): OcppVersion | null {
  return versions.find((v) => subprotocols[v] === name) ?? null;
}

/** The first offer of the client's list that is allowed, or null when there is no common subprotocol. */
export function chooseVersion(offered: readonly string[], allowed: readonly OcppVersion[]): OcppVersion | null {
  for (const name of offered) {
    const version = versionOfSubprotocol(name.trim());
    if (version !== null && allowed.includes(version)) return version;
  }
  return null;
}
