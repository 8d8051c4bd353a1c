// What the functions use of pg: no pool of its own, no native binding, no URL of a connection.
import Client from 'pg/lib/client.js';
import { escapeIdentifier, escapeLiteral } from 'pg/lib/utils.js';

export default { Client, escapeIdentifier, escapeLiteral };
