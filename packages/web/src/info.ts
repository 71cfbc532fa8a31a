import type { ServerInfo } from '@qipan/server/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get } from './api.js';
import { setClock } from './clock.js';

/** React hook: who the server is, and who we are to it; asked again each minute, which also sets the clock. */
export function useInfo(): UseQueryResult<ServerInfo> {
  return useQuery<ServerInfo>({
    queryKey: ['/info'],
    queryFn: async () => {
      const askedMs = Date.now();
      const info = await get<ServerInfo>('/info');
      setClock(info.clock, (askedMs + Date.now()) / 2);
      return info;
    },
    refetchInterval: 60_000,
    staleTime: 30_000,
  });
}

/** Whether the reader may send commands and start runs. Without a login (loopback) everybody may. */
export function mayAct(info: ServerInfo | undefined): boolean {
  if (info === undefined) return false;
  return !info.auth.required || info.auth.role === 'operator' || info.auth.role === 'admin';
}
