// The bridge comes first: it takes the token out of the address before the router reads that.
import './service/bridge.ts';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { z } from 'zod';
import App from './App.vue';
import { i18n, switchLocale } from './locales/i18n.ts';
import { fetchPagesWhenIdle, router } from './router.ts';
import { useSettings } from './stores/settings.ts';
import './theme/elementPlus.ts';
import './theme/tokens.css';
import './theme/base.css';

// zod would try to compile parsers with `new Function`, which the content security policy reports as an attempt at eval.
z.config({ jitless: true });

const app = createApp(App).use(createPinia()).use(i18n).use(router);
await switchLocale(useSettings().locale);
app.mount('#app');
fetchPagesWhenIdle();
