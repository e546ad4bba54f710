import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'aisle-search' } } })],
  optimizeDeps: { exclude: ['aisle'] }, // the development server would move the module away from its engine and pack
});
