// Prints the SQL that sets a database up: npm run bootstrap-sql -- <database> [role]
import { bootstrapSql } from '../shared/pg/bootstrap/bootstrap-sql.ts';

const [database, role = 'gameday'] = process.argv.slice(2);
if (database === undefined) {
  console.error("name of the database is missing\nHINT: npm run bootstrap-sql -- fantasy | psql '…'");
  process.exit(2);
}
console.log('\\set ON_ERROR_STOP on\n');
for (const { title, why, sql, optional } of bootstrapSql({ role, database })) {
  console.log(`-- ${title}: ${why}`);
  // An optional step may be refused by the server, and another one serves instead.
  console.log(optional ? `\\set ON_ERROR_STOP off\n${sql};\n\\set ON_ERROR_STOP on\n` : `${sql};\n`);
}
