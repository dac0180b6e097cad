package ui_test

import (
	"os"
	"testing"

	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }
