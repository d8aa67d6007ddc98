/** Why a camera is lost, in words: programs and kernels report it in their own. */

const CAUSES = [
  [/unplugged|no such (file|device)|not connected|does not exist/i, 'It is not connected.'],
  [/busy/i, 'Another program uses it.'],
  [/401|403|unauthorized|forbidden/i, 'It rejects the user name or the password.'],
  [/404|not found/i, 'It has no stream at this address.'],
  [/refused/i, 'It refuses the connection. Is it on, and is the port right?'],
  [/no route|unreachable/i, 'The network has no route to it.'],
  [/resolve|name or service|name resolution/i, 'Its host name is unknown.'],
  [/timed? ?out|no frame|silent|stall/i, 'It does not answer.'],
  [/permission|not permitted|denied/i, 'This program may not use it.'],
];

const MAX_LENGTH = 160;

export const isLost = (state) => state.camera.state === 'lost';

/** @param {string|null} failure the device's sentence */
export function causeOf(failure) {
  if (!failure) return null;
  const known = CAUSES.find(([sign]) => sign.test(failure));
  return known ? known[1] : failure.length > MAX_LENGTH ? `${failure.slice(0, MAX_LENGTH)}…` : failure;
}
