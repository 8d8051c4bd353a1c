/** What a service carries by itself to somebody else. `name`: of the rule or the topic. */
export type Delivery = {
  readonly call: 'events:Deliver' | 'sns:Deliver';
  readonly name: string;
  readonly region: string;
};

/** Stands between an accepted event or message and its receiver. `next` carries it, and again when it is called again. */
export type InterceptDelivery = (delivery: Delivery, next: () => Promise<void>) => Promise<void>;
