/** What `--help` prints. */
export const sandboxHelp = `pg-gameday sandbox: the packaged template on this computer, against real PostgreSQL servers

  npm start                               package, start, load a demo database, run backup-and-verify, stop
  npm start -- --from postgres://…        the same with a copy of your own database (only read; exit code 2
                                          when something of it did not arrive)
  npm run drill -- <workflow> [<event>]   package, start, run a workflow from an event file, show what it came to
  npm run drill -- --list                 what each workflow proves or changes, how long it takes, what it costs
  npm run drill -- alarms                 every alarm on health over its line on real servers, and its neighbours
  npm run sandbox                         package, start, load the demo database, stay up until Ctrl-C
  npm run sandbox -- stop                 end a running sandbox and remove what it made
  npm run sandbox -- status               say what is running
  npm run sandbox -- event <file>         hand an event of events/ to a running sandbox, those of AWS's own sources too
  npm run sandbox -- permissions          what each role is granted and was used for: missing, too many, wider than used
  npm run fault-sweep -- backup-and-verify  a workflow under every fault at every call that it makes

Options
  --database <name>      database of stage dev in operations.yml (fantasy; own with --from)
  --megabytes <n>        size of the demo database (200)
  --from <url>           copy this database instead of loading the demo; also key=value or service=…, as psql takes it
  --writes <n>           transactions a second kept on the demo (400; 0 for none)
  --speed <n>            waits of RDS and of state machines, and days of schedules, are n times shorter (30)
  --no-schedules         sandbox: nothing starts by itself; else a night passes every 48 minutes, with its backup
  --port <n>             port of the endpoint (any free one)
  --data <directory>     where servers and objects live (a directory below the system's temporary one)
  --reports <directory>  where evidence and report are put (reports)
  --fault <fault>        strike a call: [name/]service:Operation[#n[+]]=kind[:target][@ms][+ms], more than once;
                         sandbox/README.md lists the kinds. fault-sweep: these instead of all
  --faults <file>        the same from a JSON file
  --seed <n>             fault-sweep: chooses the sample and the moments of kills (1)
  --sample <n>           fault-sweep: that many faults instead of all
  --resume <file>        fault-sweep: keep results there, and go on where an earlier sweep ended
  --bugs                 fault-sweep: put mistakes in on purpose, and see that they are found
  --remove-each          permissions: take each statement away and see that something fails (8 minutes)
  --people               permissions: what each person may do in each stage, as docs/access.md says it; nothing is started
  --list                 drill: say what there is
  --region-down <region> drill: the region that is lost meanwhile, with writers that know what was acknowledged
  --only <alarm>         drill -- alarms: the cases of that alarm; all: those in which none may fire
  --help                 this text`;
