package dataset_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
