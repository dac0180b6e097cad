package setup

import (
	"context"
	"fmt"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/setting"
)

// top is the key of the node that the first owner leads, where there is one.
const top = "direccion"

// write adds the owner and all that the template brings, and says which record
// each key became.
func (t Template) write(ctx context.Context, tx *db.Tx, owner org.Person) (map[string]id.Node, map[string]id.Service, error) {
	nodes, err := t.writeNodes(ctx, tx, owner.ID)
	if err != nil {
		return nil, nil, err
	}
	if n, ok := nodes[top]; ok {
		owner.Places = []org.Place{{Node: n, Person: owner.ID, Leads: true}}
	}
	if err := org.AddPeople(ctx, tx, owner.ID, owner); err != nil {
		return nil, nil, err
	}
	services, err := t.writeServices(ctx, tx, owner.ID, nodes)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range t.Links {
		if _, err := link.Ensure(ctx, tx, owner.ID, nodes[l.Supplier], nodes[l.Customer]); err != nil {
			return nil, nil, fmt.Errorf("link %s to %s: %w", l.Supplier, l.Customer, err)
		}
	}
	if err := t.writeRoutes(ctx, tx, owner, services); err != nil {
		return nil, nil, err
	}
	return nodes, services, nil
}

func (t Template) writeNodes(ctx context.Context, tx *db.Tx, by id.Person) (map[string]id.Node, error) {
	ids, list := map[string]id.Node{}, make([]org.Node, len(t.Nodes))
	for i, n := range t.Nodes {
		ids[n.Key] = id.New[id.Node]()
		list[i] = org.Node{ID: ids[n.Key], Kind: n.Kind, Name: n.Name, Parent: ids[n.Parent], Position: i + 1}
	}
	if len(list) == 0 {
		return ids, nil
	}
	return ids, org.AddNodes(ctx, tx, by, list...)
}

func (t Template) writeServices(
	ctx context.Context, tx *db.Tx, by id.Person, nodes map[string]id.Node,
) (map[string]id.Service, error) {
	ids, list := map[string]id.Service{}, make([]link.Offer, len(t.Services))
	for i, s := range t.Services {
		ids[s.Key] = id.New[id.Service]()
		list[i] = s.Offer
		list[i].ID, list[i].Node, list[i].Version = ids[s.Key], nodes[s.Node], 1
	}
	if len(list) == 0 {
		return ids, nil
	}
	return ids, link.AddOffers(ctx, tx, by, list...)
}

// writeShifts adds the working times that are not those of the company, and
// gives them to the nodes that have them.
func (t Template) writeShifts(ctx context.Context, tx *db.Tx, by id.Person, in Founding, nodes map[string]id.Node) error {
	for _, s := range t.Shifts {
		spec, err := in.hours(s.Week, s.Holidays)
		if err != nil {
			return err
		}
		c := setting.Calendar{ID: id.New[id.Calendar](), Name: s.Name, Spec: spec, AddedAt: tx.Now}
		if err := setting.AddCalendars(ctx, tx, by, c); err != nil {
			return fmt.Errorf("working time %q: %w", s.Name, err)
		}
		for _, key := range s.Nodes {
			if err := setting.AssignCalendar(ctx, tx, by, nodes[key], c.ID); err != nil {
				return fmt.Errorf("working time %q of %s: %w", s.Name, key, err)
			}
		}
	}
	return nil
}

// writeRoutes makes the routes as the owner would.
func (t Template) writeRoutes(ctx context.Context, tx *db.Tx, owner org.Person, services map[string]id.Service) error {
	a := authz.Actor{Company: tx.Company, Person: owner.ID, Name: owner.Name, Lang: owner.Lang, Owner: true}
	for _, r := range t.Routes {
		d := route.Draft{Name: r.Name, Detail: r.Detail}
		for _, key := range r.Steps {
			d.Steps = append(d.Steps, services[key])
		}
		if _, err := route.MakeIn(ctx, tx, a, d); err != nil {
			return fmt.Errorf("route %q: %w", r.Name, err)
		}
	}
	return nil
}
