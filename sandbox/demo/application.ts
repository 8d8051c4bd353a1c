import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The application of the demo: writes what its grants let it, owns nothing. */
const applicationRole = 'demo_app';

/** Gives the application a new password, as the master user, and answers how it logs in to a loaded demo. */
export async function loginOfApplication(
  master: pg.ClientConfig,
): Promise<pg.ClientConfig & { user: string; password: string }> {
  const client = new pg.Client({ application_name: 'pg-gameday demo', ...master });
  await client.connect();
  try {
    const password = randomBytes(18).toString('base64url');
    await client.query(`alter role ${applicationRole} password ${pg.escapeLiteral(password)}`);
    return { ...master, user: applicationRole, password };
  } finally {
    await client.end();
  }
}
