import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OcppVersion } from '@qipan/base';
import { chooseVersion, versions, type Payload } from '@qipan/ocpp';
import { exchange } from './support/exchange.js';

/** id, what it shows, what is asked (`raw` where it stands on the wire as asked), what goes out, what comes back, what we make of it. */
type Row = readonly [
  id: string,
  says: string,
  command: readonly [action: string, payload: Payload],
  wire: readonly [action: string, payload: Payload] | 'raw',
  reply: Payload,
  answer: readonly [status: string, isAccepted: boolean],
];

const yes = ['Accepted', true] as const;
const accepted: Payload = { status: 'Accepted' };
const raw = (action: string, payload: Payload): Row[2] => ['raw', { action, payload }];
const said = (status: string): readonly [Payload, readonly [string, boolean]] => [{ status }, [status, false]];
const hash: Payload = { hashAlgorithm: 'SHA256', issuerNameHash: 'a1', issuerKeyHash: 'b2', serialNumber: 'c3' };
const pem = '-----BEGIN CERTIFICATE-----';
const later = '2025-03-01T11:00:00Z';

const booking: Payload = { connectorId: 1, expiryDate: later, idTag: 'TAG1', reservationId: 5 };
const localList: Payload = { listVersion: 2, localAuthorizationList: [{ idTag: 'A', idTagInfo: accepted }] };

const rows16: readonly Row[] = [
  [
    'TC_042_2_CSMS',
    'an empty local list has version 0',
    raw('GetLocalListVersion', {}),
    'raw',
    { listVersion: 0 },
    yes,
  ],
  [
    'TC_043_1_CSMS',
    'a station without a local list says so',
    raw('SendLocalList', { ...localList, updateType: 'Full' }),
    'raw',
    ...said('NotSupported'),
  ],
  [
    'TC_043_5_CSMS',
    'a local list is changed by its differences',
    raw('SendLocalList', { ...localList, updateType: 'Differential' }),
    'raw',
    accepted,
    yes,
  ],
  ['TC_047_CSMS', 'a connector is kept until the booking runs out', raw('ReserveNow', booking), 'raw', accepted, yes],
  ['TC_048_1_CSMS', 'a faulted connector is not booked', raw('ReserveNow', booking), 'raw', ...said('Faulted')],
  ['TC_048_3_CSMS', 'an unavailable one neither', raw('ReserveNow', booking), 'raw', ...said('Unavailable')],
  ['TC_048_4_CSMS', 'a station may refuse bookings', raw('ReserveNow', booking), 'raw', ...said('Rejected')],
  [
    'TC_049_CSMS',
    'connector 0 books any connector of the station',
    raw('ReserveNow', { ...booking, connectorId: 0 }),
    'raw',
    accepted,
    yes,
  ],
  [
    'TC_052_CSMS',
    'an unknown booking cannot be undone',
    raw('CancelReservation', { reservationId: 9 }),
    'raw',
    ...said('Rejected'),
  ],
  [
    'TC_075_2_CSMS',
    'the root of the CSMS itself is installed',
    raw('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: pem }),
    'raw',
    accepted,
    yes,
  ],
  [
    'TC_083_CSMS',
    'the security profile is raised by its key and asks for a reboot',
    ['SetVariables', { key: 'SecurityProfile', value: '2' }],
    ['ChangeConfiguration', { key: 'SecurityProfile', value: '2' }],
    { status: 'RebootRequired' },
    ['RebootRequired', true],
  ],
];

const set = (component: string, name: string, value: string): Payload => ({
  attributeValue: value,
  component: { name: component },
  variable: { name },
});
const firmware: Payload = {
  requestId: 3,
  firmware: { location: 'https://example.org/f', retrieveDateTime: later, signingCertificate: pem, signature: 's' },
};
const customer = (clear: boolean, report: boolean, more: Payload = {}): Row[2] =>
  raw('CustomerInformation', { requestId: 8, clear, report, idToken: { idToken: 'TAG1', type: 'ISO14443' }, ...more });
const log = (logType: string): Row[2] =>
  raw('GetLog', { logType, requestId: 4, log: { remoteLocation: 'https://example.org/up' } });
const trigger = (requestedMessage: string, place: Payload = {}): readonly [Row[2], Row[3]] => {
  const { evseId, connectorId } = place;
  const evse = { id: evseId, ...(connectorId === undefined ? {} : { connectorId }) };
  return [
    ['TriggerMessage', { requestedMessage, ...place }],
    ['TriggerMessage', { requestedMessage, ...(evseId === undefined ? {} : { evse }) }],
  ];
};
const availability = (operational: boolean, place: Payload, evse: Payload | null): readonly [Row[2], Row[3]] => [
  ['ChangeAvailability', { operational, ...place }],
  ['ChangeAvailability', { operationalStatus: operational ? 'Operative' : 'Inoperative', ...(evse && { evse }) }],
];
const network = (status: string): readonly [Row[2], Row[3], Payload, Row[5]] => [
  raw('SetNetworkProfile', {
    configurationSlot: 1,
    connectionData: {
      ocppVersion: 'OCPP20',
      ocppTransport: 'JSON',
      ocppCsmsUrl: 'wss://example.org/ocpp',
      messageTimeout: 30,
      securityProfile: 2,
      ocppInterface: 'Wired0',
    },
  }),
  'raw',
  { status },
  [status, status === 'Accepted'],
];
const scheduled = { status: 'Scheduled' };

const rows2: readonly Row[] = [
  [
    'TC_A_09_CSMS',
    'a new password is written where 2.x keeps it',
    ['SetVariables', { key: 'AuthorizationKey', value: 'sixteen-letters!' }],
    ['SetVariables', { setVariableData: [set('SecurityCtrlr', 'BasicAuthPassword', 'sixteen-letters!')] }],
    { setVariableResult: [{ ...wanted('SecurityCtrlr', 'BasicAuthPassword'), attributeStatus: 'Accepted' }] },
    yes,
  ],
  [
    'TC_A_10_CSMS',
    'a password that the station refuses is told as refused',
    ['SetVariables', { key: 'AuthorizationKey', value: 'short' }],
    ['SetVariables', { setVariableData: [set('SecurityCtrlr', 'BasicAuthPassword', 'short')] }],
    { setVariableResult: [{ ...wanted('SecurityCtrlr', 'BasicAuthPassword'), attributeStatus: 'Rejected' }] },
    ['Rejected', false],
  ],
  [
    'TC_A_11_CSMS',
    'a signed certificate is handed over',
    raw('CertificateSigned', { certificateChain: pem, certificateType: 'ChargingStationCertificate' }),
    'raw',
    accepted,
    yes,
  ],
  [
    'TC_A_14_CSMS',
    'one that does not fit is refused',
    raw('CertificateSigned', { certificateChain: 'x' }),
    'raw',
    ...said('Rejected'),
  ],
  [
    'TC_A_19_CSMS',
    'the order of network profiles is changed, which takes a reboot',
    ['SetVariables', { key: 'OCPPCommCtrlr.NetworkConfigurationPriority', value: '1,0' }],
    ['SetVariables', { setVariableData: [set('OCPPCommCtrlr', 'NetworkConfigurationPriority', '1,0')] }],
    {
      setVariableResult: [
        { ...wanted('OCPPCommCtrlr', 'NetworkConfigurationPriority'), attributeStatus: 'RebootRequired' },
      ],
    },
    yes,
  ],
  [
    'TC_B_10_CSMS',
    'several variables are written, one is refused: it speaks for all',
    raw('SetVariables', { setVariableData: [set('A', 'b', '1'), set('C', 'd', '2')] }),
    'raw',
    {
      setVariableResult: [
        { ...wanted('A', 'b'), attributeStatus: 'Accepted' },
        { ...wanted('C', 'd'), attributeStatus: 'UnknownComponent' },
      ],
    },
    ['UnknownComponent', false],
  ],
  [
    'TC_B_20_CSMS',
    'a reset when nothing runs',
    ['Reset', { type: 'OnIdle' }],
    ['Reset', { type: 'OnIdle' }],
    accepted,
    yes,
  ],
  [
    'TC_B_22_CSMS',
    'a reset at once',
    ['Reset', { type: 'Immediate' }],
    ['Reset', { type: 'Immediate' }],
    accepted,
    yes,
  ],
  [
    'TC_B_25_CSMS',
    'one evse is reset',
    ['Reset', { type: 'OnIdle', evseId: 1 }],
    ['Reset', { type: 'OnIdle', evseId: 1 }],
    accepted,
    yes,
  ],
  [
    'TC_B_26_CSMS',
    'one evse is reset when its transaction is over',
    ['Reset', { type: 'OnIdle', evseId: 1 }],
    ['Reset', { type: 'OnIdle', evseId: 1 }],
    scheduled,
    ['Scheduled', true],
  ],
  ['TC_B_42_CSMS', 'a network profile is stored', ...network('Accepted')],
  ['TC_B_44_CSMS', 'a network profile that cannot be stored', ...network('Failed')],
  [
    'TC_E_31_CSMS',
    'an ended transaction has messages left',
    raw('GetTransactionStatus', { transactionId: 'T1' }),
    'raw',
    { ongoingIndicator: false, messagesInQueue: true },
    yes,
  ],
  ['TC_E_33_CSMS', 'any messages left', raw('GetTransactionStatus', {}), 'raw', { messagesInQueue: true }, yes],
  ['TC_E_34_CSMS', 'no messages left', raw('GetTransactionStatus', {}), 'raw', { messagesInQueue: false }, yes],
  [
    'TC_F_02_CSMS',
    'a remote start names the transaction that it met',
    ['RequestStartTransaction', { evseId: 1, idToken: { idToken: 'TAG1', type: 'ISO14443' }, remoteStartId: 12 }],
    ['RequestStartTransaction', { evseId: 1, idToken: { idToken: 'TAG1', type: 'ISO14443' }, remoteStartId: 12 }],
    { status: 'Accepted', transactionId: 'T9' },
    yes,
  ],
  ['TC_F_12_CSMS', 'meter values of all evses', ...trigger('MeterValues'), accepted, yes],
  ['TC_F_13_CSMS', 'a transaction event of one evse', ...trigger('TransactionEvent', { evseId: 1 }), accepted, yes],
  ['TC_F_14_CSMS', 'transaction events of all evses', ...trigger('TransactionEvent'), accepted, yes],
  ['TC_F_15_CSMS', 'how far the log is', ...trigger('LogStatusNotification'), accepted, yes],
  ['TC_F_18_CSMS', 'how far the firmware is', ...trigger('FirmwareStatusNotification'), accepted, yes],
  ['TC_F_20_CSMS', 'a sign of life', ...trigger('Heartbeat'), accepted, yes],
  [
    'TC_F_24_CSMS',
    'the state of one connector',
    ...trigger('StatusNotification', { evseId: 1, connectorId: 1 }),
    accepted,
    yes,
  ],
  ['TC_G_04_CSMS', 'an evse is put back', ...availability(true, { evseId: 1 }, { id: 1 }), accepted, yes],
  ['TC_G_05_CSMS', 'the station is taken out', ...availability(false, {}, null), accepted, yes],
  [
    'TC_G_07_CSMS',
    'a connector is taken out',
    ...availability(false, { evseId: 1, connectorId: 1 }, { id: 1, connectorId: 1 }),
    accepted,
    yes,
  ],
  [
    'TC_G_08_CSMS',
    'a connector is put back',
    ...availability(true, { evseId: 1, connectorId: 1 }, { id: 1, connectorId: 1 }),
    accepted,
    yes,
  ],
  [
    'TC_G_11_CSMS',
    'an evse at work goes out later',
    ...availability(false, { evseId: 1 }, { id: 1 }),
    scheduled,
    ['Scheduled', true],
  ],
  [
    'TC_G_14_CSMS',
    'a station at work goes out later',
    ...availability(false, {}, null),
    scheduled,
    ['Scheduled', true],
  ],
  ['TC_L_01_CSMS', 'a signed firmware is ordered', raw('UpdateFirmware', firmware), 'raw', accepted, yes],
  [
    'TC_L_04_CSMS',
    'its certificate was revoked',
    raw('UpdateFirmware', firmware),
    'raw',
    ...said('RevokedCertificate'),
  ],
  [
    'TC_L_05_CSMS',
    'its certificate is not valid',
    raw('UpdateFirmware', firmware),
    'raw',
    ...said('InvalidCertificate'),
  ],
  [
    'TC_L_10_CSMS',
    'a second order takes the place of the first',
    raw('UpdateFirmware', { ...firmware, requestId: 4 }),
    'raw',
    { status: 'AcceptedCanceled' },
    ['AcceptedCanceled', true],
  ],
  [
    'TC_L_11_CSMS',
    'an update that runs cannot be cancelled',
    raw('UpdateFirmware', firmware),
    'raw',
    ...said('Rejected'),
  ],
  ...(
    [
      ['TC_M_01_CSMS', 'CSMSRootCertificate'],
      ['TC_M_02_CSMS', 'ManufacturerRootCertificate'],
    ] as const
  ).map(([id, certificateType]): Row => [
    id,
    `a ${certificateType} is installed`,
    raw('InstallCertificate', { certificateType, certificate: pem }),
    'raw',
    accepted,
    yes,
  ]),
  [
    'TC_M_05_CSMS',
    'a certificate that cannot be installed',
    raw('InstallCertificate', { certificateType: 'V2GRootCertificate', certificate: pem }),
    'raw',
    ...said('Failed'),
  ],
  [
    'TC_M_13_CSMS',
    'the certificates of one kind are listed',
    raw('GetInstalledCertificateIds', { certificateType: ['ManufacturerRootCertificate'] }),
    'raw',
    {
      status: 'Accepted',
      certificateHashDataChain: [{ certificateType: 'ManufacturerRootCertificate', certificateHashData: hash }],
    },
    yes,
  ],
  ['TC_M_18_CSMS', 'all certificates are listed', raw('GetInstalledCertificateIds', {}), 'raw', accepted, yes],
  ['TC_M_19_CSMS', 'there is none', raw('GetInstalledCertificateIds', {}), 'raw', ...said('NotFound')],
  [
    'TC_M_20_CSMS',
    'a certificate is deleted',
    raw('DeleteCertificate', { certificateHashData: hash }),
    'raw',
    accepted,
    yes,
  ],
  [
    'TC_M_21_CSMS',
    'one in use stays',
    raw('DeleteCertificate', { certificateHashData: hash }),
    'raw',
    ...said('Failed'),
  ],
  [
    'TC_N_25_CSMS',
    'a diagnostics log is asked for',
    log('DiagnosticsLog'),
    'raw',
    { status: 'Accepted', filename: 'a.log' },
    yes,
  ],
  ['TC_N_34_CSMS', 'a log that is not given', log('DiagnosticsLog'), 'raw', ...said('Rejected')],
  ['TC_N_35_CSMS', 'a security log is asked for', log('SecurityLog'), 'raw', accepted, yes],
  [
    'TC_N_36_CSMS',
    'a second request ends the first',
    log('SecurityLog'),
    'raw',
    { status: 'AcceptedCanceled' },
    ['AcceptedCanceled', true],
  ],
  ['TC_N_27_CSMS', 'what is known of a customer', customer(false, true), 'raw', accepted, yes],
  ['TC_N_29_CSMS', 'a station that does not tell', customer(false, true), 'raw', ...said('Rejected')],
  ['TC_N_30_CSMS', 'told and forgotten', customer(true, true), 'raw', accepted, yes],
  ['TC_N_32_CSMS', 'forgotten without a word', customer(true, false), 'raw', accepted, yes],
  [
    'TC_N_62_CSMS',
    'by another name than a token',
    customer(true, true, { customerIdentifier: 'C-7' }),
    'raw',
    accepted,
    yes,
  ],
];

function wanted(component: string, name: string): Payload {
  return { component: { name: component }, variable: { name } };
}

const groups: readonly (readonly [OcppVersion, readonly Row[]])[] = [
  ['1.6', rows16],
  ['2.0.1', rows2],
  ['2.1', rows2],
];

for (const [version, rows] of groups) {
  for (const [id, says, command, wire, reply, [status, isAccepted]] of rows) {
    test(`${id} (${version}): ${says}`, () => {
      const { frame, answer } = exchange({ id, says, version, command, wire: ['', {}], reply, status, isAccepted });
      const asked = command[1] as { readonly action: string; readonly payload: Payload };
      assert.deepEqual(frame, [2, 'c1', ...(wire === 'raw' ? [asked.action, asked.payload] : wire)]);
      assert.deepEqual([answer.status, answer.isAccepted], [status, isAccepted]);
      assert.equal(answer.transactionId, reply['transactionId'] ?? null);
    });
  }
}

test('TC_088_CSMS: the first subprotocol that both know is taken, none where there is none', () => {
  assert.equal(chooseVersion(['ocpp0.9', 'ocpp1.6'], versions), '1.6');
  assert.equal(chooseVersion(['ocpp2.0.1', 'ocpp1.6'], versions), '2.0.1');
  assert.equal(chooseVersion(['ocpp1.6', 'ocpp2.0.1'], versions), '1.6');
  assert.equal(chooseVersion(['ocpp2.0'], versions), null);
});
