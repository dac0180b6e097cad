package app

import (
	"net/url"
	"path/filepath"

	"github.com/eslabon/eslabon/internal/notify"
)

// Config is what the operator decides.
type Config struct {
	Addr     string // where to listen: "localhost:8080"
	Data     string // folder of the data file
	Keys     string // folder of the keys of what is locked; empty for "llaves" in Data
	Database string // URL of a PostgreSQL; empty for SQLite in Data
	BaseURL  string // how people reach us: "https://eslabon.taller.mx"
	Proxied  bool   // a proxy in front of us says who comes
	Metrics  string // token with which /metrics may be read from elsewhere
	Demo     bool
	Lang     string // of the demo
	Mail     notify.Config
}

// keys returns the folder of the keys.
func (cfg Config) keys() string {
	if cfg.Keys != "" {
		return cfg.Keys
	}
	return filepath.Join(cfg.Data, "llaves")
}

// base returns how people reach us, without a slash at the end.
func (cfg Config) base() string {
	if cfg.BaseURL == "" {
		return "http://" + cfg.Addr
	}
	u, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return cfg.BaseURL // checked when it was read
	}
	u.Path, u.RawQuery, u.Fragment = "", "", ""
	return u.String()
}
