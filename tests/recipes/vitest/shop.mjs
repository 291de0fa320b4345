// The application under test. It was started with the SDK's `init`.

import { getInstance } from '@eppo/node-server-sdk';

const ACCESSORIES = ['helmet', 'lights', 'lock'];

export function headline(user) {
  return getInstance().getStringAssignment('signup-headline', user, {}, 'control');
}

export function accessory(user) {
  return getInstance().getBanditAction('accessory-banner', user, {}, ACCESSORIES, 'bestseller').action;
}
