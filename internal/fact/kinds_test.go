package fact_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
)

// A kind that was once promised stays: other programs read the log.
func TestNoKindIsLost(t *testing.T) {
	b, err := os.ReadFile("testdata/kinds.golden")
	if err != nil {
		t.Fatal(err)
	}
	promised := strings.Fields(string(b))
	if !slices.Equal(promised, fact.Kinds) {
		t.Errorf("testdata/kinds.golden and Kinds differ: add a new kind to both, never take one away\n%v\n%v", promised, fact.Kinds)
	}
	if !slices.IsSorted(fact.Kinds) {
		t.Error("Kinds is not sorted")
	}
}

func TestAnUnknownKindIsRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		begin(t, d, 1)
		err := d.InTx(t.Context(), 1, func(tx *db.Tx) error {
			fact.Record(tx, fact.Fact{Kind: "handoff.aksed"})
			return nil
		})
		if err == nil {
			t.Error("a misspelt kind was recorded")
		}
	})
}
