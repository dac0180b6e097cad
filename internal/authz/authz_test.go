package authz_test

import (
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
)

func TestNoNodeOfAnActorIsRepeated(t *testing.T) {
	t.Parallel()
	a := authz.Actor{Nodes: []id.Node{"sewing", "help"}, Leads: []id.Node{"making", "sewing", "cutting", "making"}}
	if got, want := a.All(), []id.Node{"sewing", "help", "making", "cutting"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := (authz.Actor{}).All(); len(got) != 0 {
		t.Errorf("somebody without a place has %v", got)
	}
}
