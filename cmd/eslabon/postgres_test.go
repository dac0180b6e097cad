package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/cli"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// eslabon runs the program here, wants an exit code, and returns all it says.
func eslabon(t *testing.T, want int, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	if code := cli.Run(t.Context(), append(args, "--lang=es"), strings.NewReader(""), &said, &said, app.Program()); code != want {
		t.Fatalf("eslabon %s: code %d, want %d\n%s", strings.Join(args, " "), code, want, said.String())
	}
	return said.String()
}

func TestABackupOfPostgreSQLComesBack(t *testing.T) {
	for _, program := range []string{"pg_dump", "pg_restore"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: it comes with the client programs of PostgreSQL", program)
		}
	}
	reads := func(text, want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("does not read %q:\n%s", want, text)
		}
	}
	from, to, dump := dbtest.Database(t, db.Postgres), dbtest.Database(t, db.Postgres), filepath.Join(t.TempDir(), "copy.dump")
	eslabon(t, 0, "init", "--database", from, "--name=Taller Sol", "--owner=Ana Torres", "--email=ana@taller.mx", "--trade=taller",
		"--password=puntada floja de martes")
	reads(eslabon(t, 0, "doctor", "--database", from), "ok  El historial está completo")
	reads(eslabon(t, 0, "backup", dump, "--database", from), "Copia hecha y comprobada")
	reads(eslabon(t, 1, "backup", dump, "--database", from), "ya existe, y no se tocó")
	eslabon(t, 0, "user", "add", "Luis Vega", "luis@taller.mx", "--database", from)

	for _, args := range [][]string{{}, {"--force"}} { // what is there is never overwritten
		reads(eslabon(t, 1, append([]string{"restore", dump, "--database", from}, args...)...), "Esa base de PostgreSQL ya tiene datos")
	}
	reads(eslabon(t, 0, "user", "list", "--database", from), "Luis Vega")

	reads(eslabon(t, 0, "restore", dump, "--database", to), "Recuperado y comprobado")
	people := eslabon(t, 0, "user", "list", "--database", to)
	reads(people, "Ana Torres")
	if strings.Contains(people, "Luis Vega") {
		t.Error("the backup knows what happened after it")
	}
	reads(eslabon(t, 0, "doctor", "--database", to), "ok  El historial está completo")
	reads(eslabon(t, 0, "rebuild", "--database", to), "Cifras recalculadas: Taller Sol")
	reads(eslabon(t, 1, "restore", "main.go", "--database", dbtest.Database(t, db.Postgres)), "pg_restore")
}
