/** Every bound of a call, with its reason. Milliseconds. Long waits belong to the state machine, not here. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A TCP and TLS handshake across an availability zone takes milliseconds; ten seconds means that nothing answers. */
export const connectDeadline = 10 * SECOND;

/** Catalogue queries of a database with ten thousand tables were seen to take seconds. */
export const catalogueDeadline = 60 * SECOND;

/** One ctid chunk of 128 MB hashes in half a second when cached; a lazily loaded volume may need minutes. */
export const chunkDeadline = 5 * MINUTE;

/** COPY cannot go on where it ended: a table that is read by it is read whole within one call of a function, of 15 min. */
export const copyOutDeadline = 10 * MINUTE;

/** Counts of changes are reported by a session that rests after 10 s: PGSTAT_IDLE_INTERVAL of PostgreSQL. */
export const changesCounted = 11 * SECOND;

/** A heartbeat updates one row; when it takes this long the bracket is not worth keeping. */
export const heartbeatDeadline = 10 * SECOND;

/** How long a session that beats each second may be silent. The state machine waits longer before it calls again. */
export const heartOutlives = 30 * SECOND;

/** How long S1 and S2 outlive a call of takeWitness: until the state machine has started the next one, and once more. */
export const snapshotIsLeft = 2 * MINUTE;

/** Our statements never queue behind DDL for long, and so nobody queues behind us. */
export const lockDeadline = 3 * SECOND;

/** A catalogue query meets every lock of the database at once: it gives way at once, and asks again. */
export const catalogueLockDeadline = 200;
/** The same, once a lock was met and its object is looked for: every object of a locked table is asked for alone. */
export const pieceLockDeadline = 20;
export const catalogueRetryPause = 250;

export const lockRetryPause = SECOND;

/** A pause of the writers: all its locks together, and how long a writer queues behind a request of ours that waits. */
export const pauseLockDeadline = 200;
/** Before the whole second at which the writers are to pause: the locks, and as much again for a late timer. */
export const pauseLead = 2 * pauseLockDeadline;
/** After that second, before they are let go: the clocks of the server's processes are one, and its log is written by many. */
export const pauseMargin = 50;
/** A client that says nothing while it has the locks is dead: the server ends its session. */
export const pauseSilence = 0.5 * SECOND;
/** What PostgreSQL 17 and later let the whole transaction take. */
export const pauseTransaction = SECOND;
/** Once a second; a transaction that is open for longer than that keeps the night from its pause. */
export const pauseTries = 12;

/** How long a table or an object that DDL has locked is asked for again, while all others are read. */
export const lockPatience = 45 * SECOND;

/** bt_index_check with heapallindexed reads the index and its table: 185 MB/s measured, 100 GB in nine minutes. */
export const amcheckDeadline = 10 * MINUTE;

/** A damage that was found on the copy is looked up in the source, which has other work. */
export const sourceCheckDeadline = 2 * MINUTE;

/** The operator's assertions are meant to be small questions. */
export const assertionDeadline = 2 * MINUTE;

/** One AWS call including the SDK's own retries, until its answer's headers are there. A body has bounds of its own. */
export const awsCallDeadline = 30 * SECOND;

/** Without a byte of a body that somebody waits for. What is slow to take the bytes is no fault of the sender. */
export const bodyIdleDeadline = 20 * SECOND;

/** Before a body is read again from where it broke; as often in a row without one byte, and it is given up. */
export const bodyPauses: readonly number[] = [0.2 * SECOND, 1 * SECOND, 3 * SECOND, 10 * SECOND];

/** On top of a call's own deadline, what its body may take: 1 MB/s is a tenth of the slowest upload that was seen. */
export const uploadDeadline = (bytes: number): number => awsCallDeadline + bytes / 1000;

/** S3 copies an object itself and answers when it is there; the function that asks has 60 s. */
export const objectCopyDeadline = 50 * SECOND;

/** What a Lambda keeps back of its own time to say what it did not finish. */
export const lambdaReserve = 15 * SECOND;

/** Slack and PagerDuty answer in a second; three tries and a substitute must fit into the function's minute. */
export const receiverDeadline = 5 * SECOND;

/** The page of an incident may be a function that starts first. */
export const answerDeadline = 15 * SECOND;

/** Between the tries of a message to a receiver. */
export const receiverPauses: readonly number[] = [1 * SECOND, 3 * SECOND];

/** One statement of collect-health: on 2,000 tables none takes a tenth of a second, on 50,000 none takes two. */
export const healthStatementDeadline = 5 * SECOND;

/**
 * One pass over an instance with its databases and replicas: after it nothing more is asked. With two logins that nobody answers, a last
 * statement and S3 it ends within the 45 s of its function.
 */
export const healthPassDeadline = 15 * SECOND;

/** How long a pass waits for its own beat to arrive on a replica. */
export const beatArrives = 2 * SECOND;
export const beatPause = 100;

/** A vacuum of the oldest table may take minutes; what it froze until then stays frozen. Everything else answers at once. */
export const remedyDeadline = 12 * MINUTE;
/** A read or a conditional write of one register: what takes longer counts as out of reach, and the pass goes on with two. */
export const leaseCallDeadline = 5 * SECOND;

/** A statement of the fence locks one row; whoever holds it longer is stuck. */
export const fenceStatementDeadline = 10 * SECOND;

/** CREATE SUBSCRIPTION waits until the transactions of the primary that were open have ended; longer ones are for a person. */
export const setupStepDeadline = 2 * MINUTE;

/** A try of the client of a fail-over drill: what is slower than this is an outage for whoever waits. */
export const failoverProbeDeadline = 2 * SECOND;
/** A new try begins so often, whether the one before has ended or not. */
export const failoverProbeEvery = 0.5 * SECOND;
/** So long the client is watched; RDS says 60 to 120 s, and the function has ten minutes. */
export const failoverWatched = 8 * MINUTE;

/** A sample of 5,000 statements takes 20 ms; their texts are one file, of which a server has read 700 MB in 80 s. */
export const statementSampleDeadline = 20 * SECOND;

/** How long one instance's log is read: its function has five minutes for all of them. */
export const serverLogDeadline = 60 * SECOND;

/** One table of an old primary, read once from its end to its beginning: 1 TB at 1.7 GB/s, or less of a slower volume. */
export const strandedScanDeadline = 10 * MINUTE;

/** What comparing both sides may add to the outage of a failback. */
export const comparisonBudget = MINUTE;
