import { mount as events } from './views/events.js';
import { mount as charts } from './views/charts.js';
import { mount as zones } from './views/zones.js';
import { mount as device } from './views/device.js';
import { mount as settings } from './views/settings.js';
import { mount as models } from './views/models.js';
import { mount as system } from './views/system.js';
import { mount as access } from './views/access.js';
import { setUp } from './views/setup.js';

/** What the first picture does not need. The page loads it after that picture, or when it is opened. */
export const later = { views: { events, charts, zones, device, settings, models, system, access }, setUp };
