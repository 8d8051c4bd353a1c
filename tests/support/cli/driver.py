# The commands of standard input, one JSON array of words a line, by the AWS CLI's own code in one process: to start it
# anew for each call costs half a second. Answers one JSON object a line: exit code and what was printed.
import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver
from botocore.config import Config

driver = create_clidriver()
# One operation would be sent to sync-127.0.0.1, which is no host.
driver.session.set_default_client_config(Config(inject_host_prefix=False))
answers = sys.stdout
for line in sys.stdin:
    printed, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaints):
        try:
            code = driver.main(json.loads(line))
        except SystemExit as end:
            code = end.code
    answer = {"code": code or 0, "stdout": printed.getvalue(), "stderr": complaints.getvalue()}
    print(json.dumps(answer), file=answers, flush=True)
