package webtest

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// frame is how far apart a hand moves, and a screen shows it.
const frame = time.Second / 60

// At is a place in the window, in pixels from its top left corner.
type At struct{ X, Y float64 }

// Middle returns the middle of the first element of a CSS selector, after
// bringing it into view.
func (p *Page) Middle(css string) At {
	p.t.Helper()
	p.Wait(css)
	p.bring(css)
	return Eval[At](p, fmt.Sprintf(`(() => {
		const b = document.querySelector(%s).getBoundingClientRect();
		return {X: b.x + b.width / 2, Y: b.y + b.height / 2};
	})()`, quote(css)))
}

func (a At) towards(b At, share float64) At {
	return At{a.X + (b.X-a.X)*share, a.Y + (b.Y-a.Y)*share}
}

// Drag presses the mouse at a place, moves it to another in so many steps, each
// as long as a frame, and lets it go.
func (p *Page) Drag(from, to At, steps int) {
	p.t.Helper()
	p.down(from)
	p.paced(steps, func(share float64) { p.button(input.DispatchMouseEventTypeMouseMoved, from.towards(to, share), 1) })
	p.button(input.DispatchMouseEventTypeMouseReleased, to, 0)
}

// Hold presses the mouse on the first element of a CSS selector; what it
// returns lets it go.
func (p *Page) Hold(css string) (lift func()) {
	p.t.Helper()
	at := p.Middle(css)
	p.down(at)
	return func() { p.button(input.DispatchMouseEventTypeMouseReleased, at, 0) }
}

func (p *Page) down(at At) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at.X, Y: at.Y})
	p.button(input.DispatchMouseEventTypeMousePressed, at, 1)
}

func (p *Page) button(kind input.DispatchMouseEventType, at At, held int64) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, Buttons: held, ClickCount: 1})
}

// Wheel turns the wheel of the mouse at a place, in so many steps of by pixels
// each; away from the hand is less than nothing.
func (p *Page) Wheel(at At, by float64, steps int) {
	p.t.Helper()
	const upright = 1e-9 // nothing at all is not sent, and the browser asks for it
	p.paced(steps, func(float64) {
		p.mouse(input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: at.X, Y: at.Y, DeltaX: upright, DeltaY: by})
	})
}

// Hover moves the mouse, with no button pressed.
func (p *Page) Hover(from, to At, steps int) {
	p.t.Helper()
	p.paced(steps, func(share float64) {
		at := from.towards(to, share)
		p.mouse(input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at.X, Y: at.Y})
	})
}

// Fingers moves as many fingers as there are pairs of places, each from the
// first to the second of its pair: one swipes, two pinch.
func (p *Page) Fingers(steps int, pairs ...[2]At) {
	p.t.Helper()
	send := func(kind input.DispatchTouchEventType, share float64) {
		in := input.DispatchTouchEventParams{Type: kind, TouchPoints: []*input.TouchPoint{}}
		for i, x := range pairs {
			at := x[0].towards(x[1], share)
			id := float64(i)
			if kind != input.DispatchTouchEventTypeTouchEnd {
				in.TouchPoints = append(in.TouchPoints, &input.TouchPoint{X: at.X, Y: at.Y, ID: &id})
			}
		}
		p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, input.DispatchTouchEvent, in)
			return err
		}))
	}
	send(input.DispatchTouchEventTypeTouchStart, 0)
	p.paced(steps, func(share float64) { send(input.DispatchTouchEventTypeTouchMove, share) })
	send(input.DispatchTouchEventTypeTouchEnd, 1)
}

func (p *Page) mouse(in input.DispatchMouseEventParams) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, in)
		return err
	}))
}

// paced makes steps no closer than the frames of a screen.
func (p *Page) paced(steps int, step func(share float64)) {
	tick := time.NewTicker(frame)
	defer tick.Stop()
	for i := range steps {
		<-tick.C
		step(float64(i+1) / float64(steps))
	}
}
