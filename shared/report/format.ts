export const formatMoney = (amount: number, currency: string): string =>
  `${amount.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, '\u202f')} ${currency}`;
