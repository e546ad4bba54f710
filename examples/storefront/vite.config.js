import { defineConfig } from 'vite';

// In the development server, which would move the module away from its engine and pack.
export default defineConfig({ optimizeDeps: { exclude: ['aisle'] } });
