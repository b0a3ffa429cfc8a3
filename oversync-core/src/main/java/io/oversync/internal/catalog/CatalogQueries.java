/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The queries on {@code pg_catalog}, each of them one statement for all tables. They must
 * run in a transaction.
 */
final class CatalogQueries {

	/**
	 * With nothing else on the path, every name that PostgreSQL prints is
	 * schema-qualified where it has to be. Lasts until the transaction ends.
	 */
	private static final String QUALIFY_NAMES = "select set_config('search_path', 'pg_catalog', true)";

	private static final String TABLES = """
			select r.number - 1 as entry, c.oid, c.relkind, %s as definition,
			       has_schema_privilege(n.oid, 'USAGE') as usable,
			       has_table_privilege(c.oid, 'DELETE') as deletable,
			       p.conkey as key_columns, coalesce(p.condeferrable, false) as key_deferrable,
			       exists (select from pg_constraint k
			                where k.conrelid = c.oid and k.contype = 'c'
			                  and to_jsonb(k) ->> 'conenforced' is distinct from 'false') as checked,
			       -- tgtype: 1 for each row, 2 before, 4 insert, 16 update
			       array(select t.tgname::text from pg_trigger t
			              where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')
			                and t.tgtype & 3 = 3 and t.tgtype & 20 <> 0
			              order by t.tgname) as rewriting,
			       array(select i.indkey[0]::integer from pg_index i
			              where i.indrelid = c.oid and i.indisvalid and i.indpred is null) as indexed
			  from unnest(?::name[], ?::name[]) with ordinality r (schema_name, table_name, number)
			  join pg_namespace n on n.nspname = r.schema_name
			  join pg_class c on c.relnamespace = n.oid and c.relname = r.table_name
			  left join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
			 order by r.number
			""".formatted(Relation.DEFINITION.formatted("'d'"));

	private static final String COLUMNS = """
			select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
			       a.attidentity <> '' or a.attgenerated <> '' as generated,
			       -- naming the table would wait for locks on it; only generated columns need its names
			       case when a.attgenerated = '' then pg_get_expr(d.adbin, 0) end as default_expression,
			       has_column_privilege(a.attrelid, a.attnum, 'SELECT') as selectable,
			       has_column_privilege(a.attrelid, a.attnum, 'INSERT') as insertable,
			       has_column_privilege(a.attrelid, a.attnum, 'UPDATE') as updatable
			  from pg_attribute a
			  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
			 where a.attrelid = any (?::oid[]) and a.attnum > 0 and not a.attisdropped
			 order by a.attrelid, a.attnum
			""";

	private static final String TYPES = """
			with recursive used (oid) as (
			    select a.atttypid
			      from pg_attribute a
			     where a.attrelid = any (?::oid[]) and a.attnum > 0 and not a.attisdropped
			    union
			    select part.oid
			      from used
			      join pg_type t on t.oid = used.oid
			     cross join lateral (values (t.typbasetype), (t.typelem)) part (oid)
			     where part.oid <> 0
			)
			select t.oid, t.typname, n.nspname = 'pg_catalog' as built_in, format_type(t.oid, -1) as sql_name,
			       t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault is not null as has_default,
			       case when t.typcategory = 'A' and t.typtype = 'b' then t.typelem else 0 end as element,
			       case when t.oid = 'money'::regtype then scale(0::money::numeric) end as money_scale
			  from used
			  join pg_type t on t.oid = used.oid
			  join pg_namespace n on n.oid = t.typnamespace
			""";

	private static final String FOREIGN_KEYS = """
			select k.conname, k.conrelid, k.confrelid, k.confrelid::regclass::text as parent, k.conkey, k.confkey,
			       k.confdeltype, k.conparentid <> 0 as inherited
			  from pg_constraint k
			 where k.contype = 'f' and k.conrelid = any (?::oid[])
			   and to_jsonb(k) ->> 'conenforced' is distinct from 'false'
			 order by k.conrelid, k.conname
			""";

	private final JdbcClient client;

	private CatalogQueries(JdbcClient client) {
		this.client = client;
	}

	/** Sets a search path on which PostgreSQL prints qualified names. */
	static CatalogQueries begin(JdbcClient client) {
		client.sql(QUALIFY_NAMES).query(String.class).single();
		return new CatalogQueries(client);
	}

	List<TableRow> tables(List<Relation> relations) {
		return this.client.sql(TABLES)
			.param(relations.stream().map(Relation::schema).toArray(String[]::new))
			.param(relations.stream().map(Relation::name).toArray(String[]::new))
			.query((row, index) -> new TableRow(row.getInt("entry"), row.getLong("oid"), row.getString("relkind"),
					row.getString("definition"), row.getBoolean("usable"), row.getBoolean("deletable"),
					numbers(row, "key_columns"), row.getBoolean("key_deferrable"), row.getBoolean("checked"),
					List.of((String[]) row.getArray("rewriting").getArray()), numbers(row, "indexed")))
			.list();
	}

	List<ColumnRow> columns(Long[] tables) {
		return this.client.sql(COLUMNS)
			.param(tables)
			.query((row, index) -> new ColumnRow(row.getLong("attrelid"), row.getInt("attnum"),
					row.getString("attname"), row.getLong("atttypid"), row.getInt("atttypmod"),
					row.getBoolean("attnotnull"), row.getBoolean("generated"), row.getString("default_expression"),
					row.getBoolean("selectable"), row.getBoolean("insertable"), row.getBoolean("updatable")))
			.list();
	}

	List<TypeRow> types(Long[] tables) {
		return this.client.sql(TYPES)
			.param(tables)
			.query((row, index) -> new TypeRow(row.getLong("oid"), row.getString("typname"), row.getBoolean("built_in"),
					row.getString("sql_name"), row.getLong("typbasetype"), row.getInt("typtypmod"),
					row.getBoolean("typnotnull"), row.getBoolean("has_default"), row.getLong("element"),
					row.getObject("money_scale", Integer.class)))
			.list();
	}

	List<ForeignKeyRow> foreignKeys(Long[] tables) {
		return this.client.sql(FOREIGN_KEYS)
			.param(tables)
			.query((row, index) -> new ForeignKeyRow(row.getString("conname"), row.getLong("conrelid"),
					row.getLong("confrelid"), row.getString("parent"), numbers(row, "conkey"), numbers(row, "confkey"),
					row.getString("confdeltype"), row.getBoolean("inherited")))
			.list();
	}

	private static List<Integer> numbers(ResultSet row, String column) throws SQLException {
		Array array = row.getArray(column);
		return (array != null)
				? Arrays.stream((Object[]) array.getArray()).map((number) -> ((Number) number).intValue()).toList()
				: List.of();
	}

	/**
	 * A relation that bears the name of a registered table.
	 *
	 * @param entry index of the registration
	 * @param keyColumns numbers of the primary key's columns, none without a primary key
	 * @param rewriting triggers that may change a row before it is written
	 * @param indexed numbers of the columns that an index of all rows begins with
	 */
	record TableRow(int entry, long oid, String kind, String definition, boolean usable, boolean deletable,
			List<Integer> keyColumns, boolean keyDeferrable, boolean checked, List<String> rewriting,
			List<Integer> indexed) {
	}

	/**
	 * A column, whether synced or not.
	 *
	 * @param generated whether the database fills it, as a generated or identity column
	 * @param defaultExpression its default, null for none and for a generated column
	 */
	record ColumnRow(long table, int number, String name, long type, int typeModifier, boolean notNull,
			boolean generated, @Nullable String defaultExpression, boolean selectable, boolean insertable,
			boolean updatable) {
	}

	/**
	 * A type.
	 *
	 * @param baseType of a domain, 0 for none
	 * @param element of an array, 0 for none
	 * @param moneyScale digits after the decimal point that {@code money} keeps, null for
	 * any other type
	 */
	record TypeRow(long oid, String name, boolean builtIn, String sqlName, long baseType, int typeModifier,
			boolean notNull, boolean hasDefault, long element, @Nullable Integer moneyScale) {
	}

	/**
	 * A foreign key.
	 *
	 * @param inherited whether it is the part of a foreign key that belongs to a
	 * partition
	 */
	record ForeignKeyRow(String name, long child, long parent, String parentName, List<Integer> columns,
			List<Integer> parentColumns, String deleteType, boolean inherited) {
	}

}
