import type { Words } from './words.js';

/** The page of the users. */
export const userWords = {
  title: { en: 'Users', zh: '用户' },
  hint: { en: 'Who may log in to this server.', zh: '可登录本服务器的用户。' },
  hintLoopback: {
    en: 'On this machine alone nobody is asked for a login. Users count as soon as the server is started with --host.',
    zh: '仅本机访问时无需登录；以 --host 启动、供其他机器访问后，用户设置才起作用。',
  },
  adminsOnly: { en: 'Only an admin sees and changes the users.', zh: '仅管理员可查看和更改用户。' },
  role: { en: 'Role', zh: '角色' },
  viewer: { en: 'viewer', zh: '查看者' },
  operator: { en: 'operator', zh: '操作员' },
  admin: { en: 'admin', zh: '管理员' },
  roleHint: {
    en: 'Viewers look at everything; operators also command stations, approve them and start runs; admins also make users.',
    zh: '查看者只能查看；操作员还可下发指令、批准设备、启动计算；管理员还可管理用户。',
  },
  since: { en: 'Since', zh: '创建时间' },
  remove: { en: 'Remove', zh: '移除' },
  removeSure: {
    en: 'Remove the user {user}? All sessions of this user end.',
    zh: '移除用户 {user}？其登录将全部失效。',
  },
  set: { en: 'Add a user, or change one', zh: '添加或更改用户' },
  setHint: {
    en: 'A name that is there gets this password and role; its sessions end.',
    zh: '若用户名已存在，则更改其密码与角色，原登录失效。',
  },
  newPassword: { en: 'Password, at least {n} characters', zh: '密码（至少 {n} 个字符）' },
} as const satisfies Words;
