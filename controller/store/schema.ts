/**
 * The tables, one step a version: a step that has been released is never edited, only followed by another. Times are Unix ms of the controller. `body` columns are JSON, deflated.
 * `sweep_trenches` is what a sweep meant to look at; `sightings` are the findings of one report, in its order; `findings` what became of each over time (`namespace` is the trench's, `place` the subject's); `changes` its history.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE sweeps (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, selection TEXT NOT NULL, started_by TEXT NOT NULL, origin TEXT NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER, problem TEXT
  ) STRICT;
  CREATE INDEX sweeps_state ON sweeps (state);
  CREATE TABLE sweep_trenches (
    sweep INTEGER NOT NULL REFERENCES sweeps (seq) ON DELETE CASCADE, trench TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (sweep, trench)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sweep_trenches_trench ON sweep_trenches (trench, sweep);
  CREATE INDEX sweep_trenches_namespace ON sweep_trenches (namespace, sweep);

  CREATE TABLE reports (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sweep INTEGER NOT NULL REFERENCES sweeps (seq) ON DELETE CASCADE,
    trench TEXT NOT NULL, cluster TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
    counts TEXT NOT NULL, worst INTEGER, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX reports_sweep ON reports (sweep, seq);
  CREATE INDEX reports_trench ON reports (trench, seq);

  CREATE TABLE sightings (
    report INTEGER NOT NULL REFERENCES reports (seq) ON DELETE CASCADE, position INTEGER NOT NULL, severity INTEGER NOT NULL, check_id TEXT NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX sightings_report ON sightings (report, position);

  CREATE TABLE findings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, trench TEXT NOT NULL, namespace TEXT NOT NULL, place TEXT NOT NULL, check_id TEXT NOT NULL, subject TEXT NOT NULL, severity INTEGER NOT NULL,
    state TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, gone_at INTEGER, flaps INTEGER NOT NULL DEFAULT 0, report TEXT NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX findings_trench ON findings (trench, state, severity, seq);
  CREATE INDEX findings_state ON findings (state, severity, seq);

  CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, finding INTEGER NOT NULL REFERENCES findings (seq) ON DELETE CASCADE, at INTEGER NOT NULL, change TEXT NOT NULL, report TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_finding ON changes (finding, seq);

  CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, report INTEGER NOT NULL REFERENCES reports (seq) ON DELETE CASCADE, look INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX snapshots_report ON snapshots (report, look);
  CREATE TABLE texts (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;
  CREATE TABLE snapshot_texts (
    snapshot INTEGER NOT NULL REFERENCES snapshots (seq) ON DELETE CASCADE, text INTEGER NOT NULL REFERENCES texts (seq), PRIMARY KEY (snapshot, text)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX snapshot_texts_text ON snapshot_texts (text);

  CREATE TABLE silences (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL, trench TEXT NOT NULL, finding TEXT, check_id TEXT,
    reason TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL, until INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX silences_until ON silences (until);

  CREATE TABLE schedules (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, namespace TEXT, body TEXT NOT NULL, last_sweep TEXT, last_at INTEGER) STRICT;

  CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, caller TEXT NOT NULL, action TEXT NOT NULL, namespace TEXT, body TEXT NOT NULL) STRICT;
  CREATE INDEX audit_at ON audit (at);

  CREATE TABLE promises (caller TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (caller, key)) STRICT, WITHOUT ROWID;
  `,
  // for /metrics: counted without looking at a row
  `CREATE INDEX findings_counted ON findings (check_id, severity, state) WHERE state IN ('open', 'flapping')`,
  // what a sweep changed
  `CREATE INDEX changes_report ON changes (report)`,
]
