package app

import "context"

// living is the example company while people watch it.
type living struct{ run func(context.Context) }

func (a *App) beginDemo(context.Context) error { return nil }
