package geo_test

import (
	"testing"

	"kraj/geo/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
