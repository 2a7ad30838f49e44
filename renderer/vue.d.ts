/** For tools that read the sources without Vue's compiler (the linter); vue-tsc reads the components themselves. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';

  const component: DefineComponent<object, object, unknown>;
  export default component;
}
