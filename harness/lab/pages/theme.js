/** Light or dark: the system's choice until the person makes one. */
import { keep, recall } from './make.js';

const KEY = 'audition:theme';

/** Let a button switch the theme; its words say what pressing it brings. */
export function themeButton(node) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    node.textContent = isDark() ? 'Light theme' : 'Dark theme';
  };
  const chosen = recall(KEY);
  if (chosen === 'dark' || chosen === 'light') {
    document.documentElement.dataset.theme = chosen;
  }
  node.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    keep(KEY, theme);
    show();
  });
  system.addEventListener('change', show);
  show();
}
