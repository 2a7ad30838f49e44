import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { textKey } from './locales/i18n.ts';
import HomePage from './pages/home/HomePage.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    title: string;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: HomePage, meta: { title: textKey('page.home') } },
  {
    path: '/find',
    name: 'find',
    component: () => import('./pages/find/FindPage.vue'),
    meta: { title: textKey('page.find') },
  },
  {
    path: '/machine',
    name: 'machine',
    component: () => import('./pages/machine/MachinePage.vue'),
    meta: { title: textKey('page.machine') },
  },
  {
    path: '/run',
    name: 'run',
    component: () => import('./pages/run/RunPage.vue'),
    meta: { title: textKey('page.run') },
  },
  {
    path: '/runs',
    name: 'runs',
    component: () => import('./pages/run/RunListPage.vue'),
    meta: { title: textKey('page.runs') },
  },
  {
    path: '/runs/:runId',
    name: 'runDetail',
    component: () => import('./pages/run/RunDetailPage.vue'),
    props: true,
    meta: { title: textKey('page.runDetail') },
  },
  {
    path: '/results',
    name: 'results',
    component: () => import('./pages/results/ResultsPage.vue'),
    meta: { title: textKey('page.results') },
  },
  {
    path: '/compare',
    name: 'compare',
    component: () => import('./pages/results/ComparePage.vue'),
    meta: { title: textKey('page.compare') },
  },
  {
    path: '/charts',
    name: 'charts',
    component: () => import('./pages/charts/ChartsPage.vue'),
    meta: { title: textKey('page.charts') },
  },
  {
    path: '/analyses',
    name: 'analyses',
    component: () => import('./pages/analyses/AnalysesPage.vue'),
    meta: { title: textKey('page.analyses') },
  },
  {
    path: '/recommend',
    name: 'recommend',
    component: () => import('./pages/recommend/RecommendPage.vue'),
    meta: { title: textKey('page.recommend') },
  },
  {
    path: '/models',
    name: 'models',
    component: () => import('./pages/models/ModelsPage.vue'),
    meta: { title: textKey('page.models') },
  },
  {
    path: '/models/:name',
    name: 'modelDetail',
    component: () => import('./pages/models/ModelDetailPage.vue'),
    props: true,
    meta: { title: textKey('page.modelDetail') },
  },
  {
    path: '/data',
    name: 'data',
    component: () => import('./pages/data/DataPage.vue'),
    meta: { title: textKey('page.data') },
  },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('./pages/settings/SettingsPage.vue'),
    meta: { title: textKey('page.settings') },
  },
  {
    path: '/:rest(.*)*',
    name: 'lost',
    component: () => import('./pages/LostPage.vue'),
    meta: { title: textKey('page.lost') },
  },
];

/** The address of every screen. Hash history: the same files are opened from the loopback host and from Electron. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

/** Fetches the pages that are not there yet, one at a time while nothing else is to be done: going to one is then instant. */
export function fetchPagesWhenIdle(): void {
  const waiting = routes.flatMap(({ component }) =>
    // A page that is fetched is a function without parts; one that is there is an object.
    typeof component === 'function' ? [component as () => Promise<unknown>] : [],
  );
  const next = (): void => {
    const page = waiting.shift();
    if (page === undefined) return;
    // A page that cannot be fetched now says so when it is gone to.
    page().then(
      () => requestIdleCallback(next),
      () => undefined,
    );
  };
  requestIdleCallback(next, { timeout: 5000 });
}
