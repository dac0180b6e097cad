package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Service is what a node offers to others.
type Service struct {
	ID           string     `json:"id"`
	Node         string     `json:"node" doc:"The supplier."`
	NodeName     string     `json:"node_name"`
	Kind         string     `json:"kind" enum:"product,information,document,material,support,decision"`
	Name         string     `json:"name"`
	Detail       string     `json:"detail"`
	Unit         string     `json:"unit" doc:"Empty if it is not counted."`
	Form         []Question `json:"form" doc:"What is asked of who asks."`
	Requirements []Item     `json:"requirements" doc:"What well done means, as a checklist."`
	Reasons      []Item     `json:"reasons" doc:"Why it may come back."`
	TakeSecs     int64      `json:"take_secs" doc:"Working time until somebody takes it, where no agreement says otherwise; 0 where it is promised in working days."`
	DeliverSecs  int64      `json:"deliver_secs" doc:"Working time until it is delivered, from the asking; 0 where it is promised in working days."`
	TakeDays     int        `json:"take_days,omitempty" doc:"Working days until somebody takes it, in place of working time: the end of that working day after the date of asking."`
	DeliverDays  int        `json:"deliver_days,omitempty" doc:"Working days until it is delivered, in place of working time."`
	Target       int        `json:"target" doc:"Right first time, in percent."`
	Version      int64      `json:"version"`
	OfferedAt    time.Time  `json:"offered_at"`
	ArchivedAt   time.Time  `json:"archived_at,omitzero" doc:"Since then nobody can ask for it."`
}

// NewService is a service to publish.
type NewService struct {
	Node         string     `json:"node"`
	Kind         string     `json:"kind" enum:"product,information,document,material,support,decision"`
	Name         string     `json:"name"`
	Detail       string     `json:"detail,omitempty"`
	Unit         string     `json:"unit,omitempty"`
	Form         []Question `json:"form,omitempty"`
	Requirements []Item     `json:"requirements,omitempty"`
	Reasons      []Item     `json:"reasons,omitempty"`
	TakeSecs     int64      `json:"take_secs,omitempty" doc:"Or take_days."`
	DeliverSecs  int64      `json:"deliver_secs,omitempty" doc:"Or deliver_days."`
	TakeDays     int        `json:"take_days,omitempty" doc:"Working days until somebody takes it, in place of working time: the end of that working day after the date of asking."`
	DeliverDays  int        `json:"deliver_days,omitempty" doc:"Working days until it is delivered, in place of working time."`
	Target       int        `json:"target,omitempty"`
}

// ServiceChange changes a service; what is left out stays. A line taken from a
// list stays for the past, marked gone.
type ServiceChange struct {
	Version      int64       `json:"version,omitempty" doc:"The one that was read: 409 if it has changed since."`
	Kind         *string     `json:"kind,omitempty" enum:"product,information,document,material,support,decision"`
	Name         *string     `json:"name,omitempty"`
	Detail       *string     `json:"detail,omitempty"`
	Unit         *string     `json:"unit,omitempty"`
	Form         *[]Question `json:"form,omitempty"`
	Requirements *[]Item     `json:"requirements,omitempty"`
	Reasons      *[]Item     `json:"reasons,omitempty"`
	TakeSecs     *int64      `json:"take_secs,omitempty" doc:"Alone it ends a promise in working days."`
	DeliverSecs  *int64      `json:"deliver_secs,omitempty" doc:"Alone it ends a promise in working days."`
	TakeDays     *int        `json:"take_days,omitempty" doc:"Alone it ends a promise in working time."`
	DeliverDays  *int        `json:"deliver_days,omitempty" doc:"Alone it ends a promise in working time."`
	Target       *int        `json:"target,omitempty"`
}

// Item is one line of a checklist or of a list of reasons.
type Item struct {
	ID   string `json:"id,omitempty" doc:"Stays when the text is mended; a new line gets one."`
	Text string `json:"text"`
	Gone bool   `json:"gone,omitempty" doc:"No longer offered, kept for the past."`
}

// Question is one field of a request form.
type Question struct {
	ID       string         `json:"id,omitempty" doc:"A new question gets one."`
	Label    string         `json:"label"`
	Type     link.FieldType `json:"type" enum:"text,number,date,choice,file,person"`
	Required bool           `json:"required,omitempty"`
	Unit     string         `json:"unit,omitempty" doc:"Of a number."`
	Options  []string       `json:"options,omitempty" doc:"Of a choice."`
	Help     string         `json:"help,omitempty"`
}

type offersIn struct {
	Paging
	Node     string `query:"node" doc:"Only what this node offers."`
	Q        string `query:"q" doc:"A part of the name."`
	Archived bool   `query:"archived" doc:"The archived ones too."`
}

func (f *surface) offers() {
	const tag = "services"
	on(f, tag, route{method: http.MethodGet, path: "/services", id: "list-services", summary: "The catalogue, by name"},
		func(ctx context.Context, a authz.Actor, in *offersIn) (*out[page[Service]], error) {
			all, err := f.Links.Offers(ctx, a)
			if err != nil {
				return nil, err
			}
			tree, err := f.Org.Tree(ctx, a)
			if err != nil {
				return nil, err
			}
			all = slices.DeleteFunc(all, func(o link.Offer) bool {
				return !in.Archived && o.Archived() || in.Node != "" && string(o.Node) != in.Node || !like(o.Name, in.Q)
			})
			return cut(all, in.Paging, func(o link.Offer) string { return string(o.ID) }, offerIn(tree))
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/services", id: "offer", summary: "Publish a service", status: http.StatusCreated,
		detail: "Whoever works on the node may, and who leads it.",
	}, func(ctx context.Context, a authz.Actor, in *body[NewService]) (*out[Service], error) {
		b := in.Body
		o, err := f.Links.Add(ctx, a, link.Offer{
			Node: id.Node(b.Node), Kind: link.Kind(b.Kind), Name: b.Name, Detail: b.Detail, Unit: b.Unit, Form: fields(b.Form),
			Requirements: items(b.Requirements), Reasons: items(b.Reasons), Terms: terms(b.TakeSecs, b.DeliverSecs, b.TakeDays, b.DeliverDays, b.Target),
		})
		if err != nil {
			return nil, ofField(err, "node")
		}
		return f.offer(ctx, a, o.ID)
	})
	on(f, tag, route{method: http.MethodGet, path: "/services/{id}", id: "service", summary: "One service"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Service], error) {
			return f.offer(ctx, a, id.Service(in.ID))
		})
	on(f, tag, route{method: http.MethodPatch, path: "/services/{id}", id: "change-service", summary: "Mend a service"},
		f.changeOffer)
	on(f, tag, route{
		method: http.MethodDelete, path: "/services/{id}", id: "archive-service", summary: "Take a service out of the catalogue",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.Links.Archive(ctx, a, id.Service(in.ID), true)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/services/{id}/restore", id: "restore-service", summary: "Put a service back",
		status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Service], error) {
		if err := f.Links.Archive(ctx, a, id.Service(in.ID), false); err != nil {
			return nil, err
		}
		return f.offer(ctx, a, id.Service(in.ID))
	})
}

func (f *surface) changeOffer(ctx context.Context, a authz.Actor, in *idBody[ServiceChange]) (*out[Service], error) {
	o, err := f.Links.Offer(ctx, a, id.Service(in.ID))
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b.Version != 0 {
		o.Version = b.Version
	}
	o.Kind, o.Name = link.Kind(or(b.Kind, string(o.Kind))), or(b.Name, o.Name)
	o.Detail, o.Unit = or(b.Detail, o.Detail), or(b.Unit, o.Unit)
	if b.Form != nil {
		o.Form = fields(*b.Form)
	}
	if b.Requirements != nil {
		o.Requirements = items(*b.Requirements)
	}
	if b.Reasons != nil {
		o.Reasons = items(*b.Reasons)
	}
	o.Take, o.TakeDays = either(b.TakeSecs, b.TakeDays, o.Take, o.TakeDays)
	o.Deliver, o.DeliverDays = either(b.DeliverSecs, b.DeliverDays, o.Deliver, o.DeliverDays)
	o.Target = or(b.Target, o.Target)
	if o, err = f.Links.Change(ctx, a, o); err != nil {
		return nil, err
	}
	return f.offer(ctx, a, o.ID)
}

func (f *surface) offer(ctx context.Context, a authz.Actor, s id.Service) (*out[Service], error) {
	o, err := f.Links.Offer(ctx, a, s)
	if err != nil {
		return nil, err
	}
	tree, err := f.Org.Tree(ctx, a)
	return answer(offerIn(tree)(o), err)
}

// either changes a promise that counts time or working days: naming one of them
// alone ends the other.
func either(secs *int64, days *int, work time.Duration, n int) (time.Duration, int) {
	switch {
	case secs != nil && days != nil:
		return duration(*secs), *days
	case secs != nil:
		return duration(*secs), 0
	case days != nil:
		return 0, *days
	}
	return work, n
}

func terms(take, deliver int64, takeDays, deliverDays, target int) link.Terms {
	return link.Terms{
		Take: duration(take), Deliver: duration(deliver), TakeDays: takeDays, DeliverDays: deliverDays, Target: target,
	}
}

func offerIn(t org.Tree) func(link.Offer) Service {
	return func(o link.Offer) Service {
		return Service{
			ID: string(o.ID), Node: string(o.Node), NodeName: t.Name(o.Node), Kind: string(o.Kind), Name: o.Name,
			Detail: o.Detail, Unit: o.Unit, Form: each(o.Form, questionOf), Requirements: each(o.Requirements, itemOf),
			Reasons:  each(o.Reasons, itemOf),
			TakeSecs: secs(o.Take), DeliverSecs: secs(o.Deliver), TakeDays: o.TakeDays, DeliverDays: o.DeliverDays,
			Target: o.Target, Version: o.Version,
			OfferedAt: o.OfferedAt.Time, ArchivedAt: o.ArchivedAt.Time,
		}
	}
}

func itemOf(v link.Item) Item          { return Item(v) }
func questionOf(v link.Field) Question { return Question(v) }
func items(v []Item) []link.Item       { return each(v, func(x Item) link.Item { return link.Item(x) }) }

func fields(v []Question) []link.Field {
	return each(v, func(x Question) link.Field { return link.Field(x) })
}
