package dataset

import (
	"context"
	"errors"
	"slices"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/db"
)

// readSQLite reads OCEL 2.0 in SQLite: the tables event, object and
// event_object, and one table for each type with times and attributes, whose
// name event_map_type and object_map_type give.
func readSQLite(ctx context.Context, path string, o load.Options) (*chain.Log, *load.Report, error) {
	f, err := db.OpenForeign(ctx, path)
	if err != nil {
		return nil, nil, &load.Error{Code: "format", File: o.Name, Err: err}
	}
	defer f.Close()
	x := &ocelTables{f: f, o: o, objects: load.NewObjects(load.Database, o)}
	if err := x.read(ctx); err != nil {
		if e, ok := errors.AsType[*load.Error](err); ok {
			e.File = o.Name
			return nil, nil, e
		}
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, x.objects.Wrap(err)
	}
	return x.objects.Finish()
}

// ocelTables walks the tables of one file.
type ocelTables struct {
	f       *db.Foreign
	o       load.Options
	tables  map[string][]string
	objects *load.Objects
}

func (x *ocelTables) read(ctx context.Context) (err error) {
	if x.tables, err = x.f.Tables(ctx); err != nil {
		return &load.Error{Code: "format", Err: err}
	}
	for table, columns := range map[string][]string{
		"event": {"ocel_id", "ocel_type"}, "object": {"ocel_id", "ocel_type"},
		"event_object":   {"ocel_event_id", "ocel_object_id"},
		"event_map_type": {"ocel_type", "ocel_type_map"}, "object_map_type": {"ocel_type", "ocel_type_map"},
	} {
		for _, c := range columns {
			if !slices.Contains(x.tables[table], c) {
				return &load.Error{Code: "ocel_root", Field: table + "." + c, Args: map[string]any{"Got": "SQLite", "Want": table + "." + c}}
			}
		}
	}
	for _, part := range []func(context.Context) error{x.readObjects, x.readEvents, x.readRelations} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// byType returns the table of each type.
func (x *ocelTables) byType(ctx context.Context, of string) (kinds []string, tables map[string]string, err error) {
	tables = map[string]string{}
	err = x.f.Each(ctx, of+"_map_type", []string{"ocel_type", "ocel_type_map"}, func(v []string) error {
		if _, ok := tables[v[0]]; !ok {
			kinds = append(kinds, v[0])
		}
		tables[v[0]] = of + "_" + v[1]
		return nil
	})
	return kinds, tables, err
}

func (x *ocelTables) readObjects(ctx context.Context) error {
	n := int64(0)
	if err := x.f.Each(ctx, "object", []string{"ocel_id", "ocel_type"}, func(v []string) error {
		n++
		return x.objects.Object(n, v[0], v[1])
	}); err != nil {
		return err
	}
	kinds, tables, err := x.byType(ctx, "object")
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		columns := x.tables[tables[kind]]
		attrs, ok := without(columns, "ocel_id", "ocel_time", "ocel_changed_field")
		if !ok[0] {
			continue
		}
		err := x.f.Each(ctx, tables[kind], pick(columns, "ocel_id", "ocel_time", attrs), func(v []string) error {
			at := v[1]
			if !ok[1] {
				at = ""
			}
			for i, name := range attrs {
				if v[2+i] != "" {
					x.objects.ObjectValue(v[0], name, v[2+i], at)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readEvents reads the table of each type for its times, then the events in the
// order of their own table.
func (x *ocelTables) readEvents(ctx context.Context) error {
	type event struct {
		at     string
		values []string
	}
	kinds, tables, err := x.byType(ctx, "event")
	if err != nil {
		return err
	}
	details, names := map[string]map[string]event{}, map[string][]string{}
	most := x.o.Limits.Events
	if most == 0 {
		most = load.DefaultLimits.Events
	}
	for _, kind := range kinds {
		columns := x.tables[tables[kind]]
		attrs, ok := without(columns, "ocel_id", "ocel_time")
		if !ok[0] || !ok[1] {
			continue
		}
		of := map[string]event{}
		details[kind], names[kind] = of, attrs
		err := x.f.Each(ctx, tables[kind], pick(columns, "ocel_id", "ocel_time", attrs), func(v []string) error {
			if len(of) == most {
				return chain.ErrEvents
			}
			if _, twice := of[v[0]]; !twice {
				of[v[0]] = event{v[1], slices.Clone(v[2:])}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	line := int64(0)
	return x.f.Each(ctx, "event", []string{"ocel_id", "ocel_type"}, func(v []string) error {
		line++
		e := details[v[1]][v[0]]
		n, ok, err := x.objects.Event(line, v[0], v[1], e.at)
		if err != nil || !ok {
			return err
		}
		for i, value := range e.values {
			if err := x.objects.EventValue(n, names[v[1]][i], value); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *ocelTables) readRelations(ctx context.Context) error {
	columns := []string{"ocel_event_id", "ocel_object_id"}
	if slices.Contains(x.tables["event_object"], "ocel_qualifier") {
		columns = append(columns, "ocel_qualifier")
	}
	return x.f.Each(ctx, "event_object", columns, func(v []string) error {
		n, ok := x.objects.EventNumber(v[0])
		if !ok {
			return nil // an event that was left out
		}
		qualifier := ""
		if len(v) > 2 {
			qualifier = v[2]
		}
		return x.objects.Relate(n, v[1], qualifier)
	})
}

// without returns the columns but for some, and which of those there are.
func without(columns []string, some ...string) (rest []string, has []bool) {
	for _, s := range some {
		has = append(has, slices.Contains(columns, s))
	}
	for _, c := range columns {
		if !slices.Contains(some, c) {
			rest = append(rest, c)
		}
	}
	return rest, has
}

// pick returns id and time and then the attributes; a missing time is read as
// the id, and not used.
func pick(columns []string, id, at string, attrs []string) []string {
	if !slices.Contains(columns, at) {
		at = id
	}
	return append([]string{id, at}, attrs...)
}
