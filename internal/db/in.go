package db

import "encoding/json"

// mostMarks is how many values of a list have a placeholder each: so few, and
// the planners make the most of knowing them.
const mostMarks = 16

// In returns the condition that a column is one of vs, and its arguments:
//
//	in, args := db.In(nodes)
//	… `WHERE company = ? AND node `+in+` ORDER BY id`
//
// However long the list is, its statement has one of few texts, and is planned
// as seldom as others: a long one is one argument, a JSON array.
func In[T ~string](vs []T) (cond string, args []any) {
	if len(vs) <= mostMarks {
		return "IN " + Marks(len(vs)), Args(vs)
	}
	return InList(vs)
}

// InList is In with one argument however short the list is, for a statement with
// several lists.
func InList[T ~string](vs []T) (cond string, args []any) {
	list, err := json.Marshal(vs)
	if err != nil {
		panic("db: strings are not JSON: " + err.Error()) // they always are
	}
	return "IN (SELECT value FROM " + sqliteList + "?))", []any{string(list)}
}

// The functions that open a JSON array in the engines: our SQL writes the first,
// and its column is called value in both.
const (
	sqliteList   = "json_each("
	postgresList = "json_array_elements_text("
)
