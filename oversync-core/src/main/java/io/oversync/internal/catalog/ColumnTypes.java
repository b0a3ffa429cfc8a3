/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.CatalogQueries.ColumnRow;
import io.oversync.internal.catalog.CatalogQueries.TypeRow;
import io.oversync.internal.catalog.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rule of conversion for PostgreSQL's types. A domain is treated as its base
 * type, in the cast, too: an explicit cast to a domain over {@code varchar(10)} would cut
 * silently, while the assignment to the column checks length and constraints.
 */
final class ColumnTypes {

	private static final int NONE = -1;

	/** What PostgreSQL adds to precision and scale in a type modifier. */
	private static final int MODIFIER_OFFSET = 4;

	/** The scale is the low 11 bits, and may be negative. */
	private static final int SCALE_BITS = 11;

	private final Map<Long, TypeRow> types;

	ColumnTypes(Collection<TypeRow> types) {
		this.types = types.stream().collect(Collectors.toMap(TypeRow::oid, Function.identity()));
	}

	/**
	 * Returns the type of a column.
	 * @param column any column
	 * @return its type
	 */
	ColumnType of(ColumnRow column) {
		return of(get(column.type()), column.typeModifier());
	}

	/**
	 * Returns the name of a column's type, of the base type for a domain.
	 * @param column any column
	 * @return as {@code pg_catalog} names it, or an empty string if it is not built in
	 */
	String builtInName(ColumnRow column) {
		TypeRow type = get(column.type());
		while (type.baseType() != 0) {
			type = get(type.baseType());
		}
		return type.builtIn() ? type.name() : "";
	}

	/**
	 * Returns whether a column may be null, as far as its definition and domains say.
	 * @param column any column
	 * @return whether neither forbids it
	 */
	boolean isNullable(ColumnRow column) {
		boolean nullable = !column.notNull();
		for (TypeRow type = domain(column.type()); type != null; type = domain(type.baseType())) {
			nullable &= !type.notNull();
		}
		return nullable;
	}

	/**
	 * Returns whether a column has a default, of its own or of its domain.
	 * @param column a column that is not generated
	 * @return whether it has one
	 */
	boolean hasDefault(ColumnRow column) {
		boolean hasDefault = column.defaultExpression() != null;
		for (TypeRow type = domain(column.type()); type != null; type = domain(type.baseType())) {
			hasDefault |= type.hasDefault();
		}
		return hasDefault;
	}

	private ColumnType of(TypeRow type, int modifier) {
		if (type.baseType() != 0) {
			return of(get(type.baseType()), type.typeModifier());
		}
		if (type.element() != 0) {
			ColumnType element = of(get(type.element()), modifier);
			String exactName = (element.exactName() != null) ? element.exactName() + "[]" : null;
			return new ColumnType(Kind.ARRAY, element.sqlName() + "[]", null, element, null, exactName);
		}
		if (!type.builtIn()) {
			return ColumnType.of(Kind.TEXT, type.sqlName());
		}
		return builtIn(type, modifier);
	}

	private static ColumnType builtIn(TypeRow type, int modifier) {
		Kind kind = builtIn(type.name());
		if (type.moneyScale() != null) {
			// read by the locale of the session, text would change its value
			return new ColumnType(Kind.NUMERIC, "numeric", type.moneyScale(), null);
		}
		if (modifier == NONE) {
			return ColumnType.of(kind, type.sqlName());
		}
		return switch (type.name()) {
			case "numeric" -> new ColumnType(kind, type.sqlName(), scale(modifier), null);
			case "timestamp", "timestamptz", "time", "timetz" -> new ColumnType(kind, type.sqlName(), modifier, null);
			case "varchar" -> new ColumnType(kind, type.sqlName(), null, null, modifier - MODIFIER_OFFSET, null);
			case "interval" ->
				new ColumnType(kind, type.sqlName(), null, null, null, IntervalModifier.typeName(modifier));
			default -> ColumnType.of(kind, type.sqlName());
		};
	}

	private static int scale(int modifier) {
		int unused = Integer.SIZE - SCALE_BITS;
		return (modifier - MODIFIER_OFFSET) << unused >> unused;
	}

	private static Kind builtIn(String name) {
		return switch (name) {
			case "uuid" -> Kind.UUID;
			case "bytea" -> Kind.BYTEA;
			case "bool" -> Kind.BOOLEAN;
			case "timestamp" -> Kind.TIMESTAMP;
			case "timestamptz" -> Kind.TIMESTAMP_WITH_TIME_ZONE;
			case "date" -> Kind.DATE;
			case "time" -> Kind.TIME;
			case "timetz" -> Kind.TIME_WITH_TIME_ZONE;
			case "int2", "int4", "int8" -> Kind.INTEGER;
			case "numeric" -> Kind.NUMERIC;
			case "float4", "float8" -> Kind.FLOAT;
			case "json", "jsonb" -> Kind.JSON;
			case "name" -> Kind.NAME;
			case "char" -> Kind.SINGLE_BYTE;
			default -> Kind.TEXT;
		};
	}

	private @Nullable TypeRow domain(long oid) {
		TypeRow type = this.types.get(oid);
		return (type != null && type.baseType() != 0) ? type : null;
	}

	private TypeRow get(long oid) {
		TypeRow type = this.types.get(oid);
		if (type == null) {
			throw new IllegalStateException("Type " + oid + " vanished while the catalog was read");
		}
		return type;
	}

}
