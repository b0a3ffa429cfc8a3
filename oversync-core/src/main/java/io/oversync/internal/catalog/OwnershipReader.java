/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.OwnedReference.Part;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the rules that keep the rows of different users apart, and refuses or reports
 * definitions that do not. Must run in the transaction of {@link CatalogQueries}, which
 * makes PostgreSQL print qualified names.
 */
final class OwnershipReader {

	/** Follows the owner columns' domains down to their base types. */
	private static final String OWNERS = """
			with recursive base (relation, type, modifier, domain, nondeterministic) as (
			    select r.oid, a.atttypid, a.atttypmod,
			           case when t.typtype = 'd' then format_type(a.atttypid, null) end,
			           coalesce(not l.collisdeterministic, false)
			      from unnest(?::oid[], ?::name[]) r (oid, owner)
			      left join pg_attribute a on a.attrelid = r.oid and a.attname = r.owner and not a.attisdropped
			      left join pg_type t on t.oid = a.atttypid
			      left join pg_collation l on l.oid = a.attcollation
			    union all
			    select b.relation, t.typbasetype, t.typtypmod, b.domain, b.nondeterministic
			      from base b
			      join pg_type t on t.oid = b.type and t.typtype = 'd'
			)
			select b.relation, coalesce(b.type = 'uuid'::regtype, false) as uuid, b.domain, b.nondeterministic,
			       case when b.type = 'varchar'::regtype and b.modifier > 4 then b.modifier - 4 else 0 end as max_length,
			       row_security_active(b.relation) as row_security,
			       exists (select from pg_rewrite w
			                where w.ev_class = b.relation and w.ev_type in ('2', '3') and w.ev_enabled <> 'D') as write_rules
			  from base b
			  left join pg_type t on t.oid = b.type
			 where t.typtype is distinct from 'd'
			""";

	private static final String REFERENCES = """
			select k.conrelid, k.confrelid, k.confdeltype,
			       array_agg(c.attname::text order by x.place) as columns,
			       array_agg(p.attname::text order by x.place) as parent_columns,
			       array_agg((select format('%I.%I', n.nspname, l.collname)
			                    from pg_collation l
			                    join pg_namespace n on n.oid = l.collnamespace
			                   where l.oid = p.attcollation) order by x.place) as collations,
			       array_agg(coalesce(case when c.attgenerated = '' then pg_get_expr(d.adbin, 0) end,
			                          pg_get_expr(t.typdefaultbin, 0))
			                 order by x.place) as defaults,
			       array_agg(jsonb_typeof(to_jsonb(k) -> 'confdelsetcols') is not distinct from 'array'
			                 and not to_jsonb(k) -> 'confdelsetcols' @> to_jsonb(x.child_number)
			                 order by x.place) as kept
			  from pg_constraint k
			 cross join lateral unnest(k.conkey, k.confkey) with ordinality x (child_number, parent_number, place)
			  join pg_attribute c on c.attrelid = k.conrelid and c.attnum = x.child_number
			  join pg_attribute p on p.attrelid = k.confrelid and p.attnum = x.parent_number
			  join pg_type t on t.oid = c.atttypid
			  left join pg_attrdef d on d.adrelid = c.attrelid and d.adnum = c.attnum
			 where k.contype = 'f' and k.conrelid = any (?::oid[]) and k.confrelid = any (?::oid[])
			   and to_jsonb(k) ->> 'conenforced' is distinct from 'false'
			 group by k.oid, k.conrelid, k.confrelid, k.confdeltype, k.conname
			 order by k.conrelid, k.conname
			""";

	private static final Log logger = LogFactory.getLog(OwnershipReader.class);

	private final JdbcClient client;

	OwnershipReader(JdbcClient client) {
		this.client = client;
	}

	/**
	 * Reads the ownership rules of tables, in two statements.
	 * @param tables the registered tables that exist
	 * @return by oid, for those that are materialised
	 * @throws OversyncStartupException if an owner column takes different users for one,
	 * or a column of a foreign key must not be read
	 */
	Map<Long, Ownership> read(Collection<FoundTable> tables) {
		Map<Long, FoundTable> byOid = new HashMap<>();
		tables.stream()
			.filter((table) -> table.registration().materialize())
			.forEach((table) -> byOid.put(table.row().oid(), table));
		Map<Long, List<OwnedReference>> references = references(byOid);
		Long[] oids = byOid.keySet().toArray(Long[]::new);
		@Nullable String[] owners = new String[oids.length];
		for (int i = 0; i < oids.length; i++) {
			FoundTable table = byOid.get(oids[i]);
			owners[i] = (table != null) ? table.registration().ownerColumn() : null;
		}
		Map<Long, Ownership> found = new HashMap<>();
		RowCallbackHandler collect = (row) -> {
			long oid = row.getLong("relation");
			FoundTable table = byOid.get(oid);
			if (table != null) {
				check(table, row.getBoolean("nondeterministic"), row.getBoolean("row_security"));
			}
			found.put(oid,
					new Ownership(row.getBoolean("uuid"), row.getInt("max_length"), row.getString("domain"),
							row.getBoolean("row_security"), row.getBoolean("write_rules"),
							references.getOrDefault(oid, List.of())));
		};
		this.client.sql(OWNERS).param(oids).param(owners).query(collect);
		return found;
	}

	private static void check(FoundTable table, boolean nondeterministic, boolean rowSecurity) {
		if (nondeterministic) {
			throw new OversyncStartupException(
					("The owner column %s of the registered table %s has a nondeterministic collation, by which the ids of"
							+ " different users may be equal.")
						.formatted(table.registration().ownerColumn(), table.name()),
					"Give the column a deterministic collation, such as COLLATE \"C\".");
		}
		if (rowSecurity) {
			logger
				.warn(("Row-level security of %s applies to the role of the DataSource. Rows that its policies hide or"
						+ " refuse are recorded as materialize failures. Give the role BYPASSRLS, or policies that let it read"
						+ " and write the rows of all users")
					.formatted(table.name()));
		}
	}

	private Map<Long, List<OwnedReference>> references(Map<Long, FoundTable> tables) {
		Map<Long, List<OwnedReference>> references = new HashMap<>();
		Long[] oids = tables.keySet().toArray(Long[]::new);
		RowCallbackHandler collect = (row) -> {
			FoundTable child = tables.get(row.getLong("conrelid"));
			FoundTable parent = tables.get(row.getLong("confrelid"));
			if (child == null || parent == null) {
				return;
			}
			List<Part> parts = parts(row);
			if (!isBoundToOwner(child, parent, parts)) {
				requireSelect(child, parent, parts);
				references.computeIfAbsent(child.row().oid(), (oid) -> new ArrayList<>())
					.add(new OwnedReference(child.name(), parent.name(), rule(row.getString("confdeltype")), parts));
			}
		};
		this.client.sql(REFERENCES).param(oids).param(oids).query(collect);
		return references;
	}

	private static List<Part> parts(ResultSet row) throws SQLException {
		@Nullable String[] columns = texts(row, "columns");
		@Nullable String[] parentColumns = texts(row, "parent_columns");
		@Nullable String[] collations = texts(row, "collations");
		@Nullable String[] defaults = texts(row, "defaults");
		Boolean[] kept = (Boolean[]) row.getArray("kept").getArray();
		List<Part> parts = new ArrayList<>();
		for (int i = 0; i < columns.length; i++) {
			parts.add(new Part(String.valueOf(columns[i]), String.valueOf(parentColumns[i]), collations[i], defaults[i],
					kept[i]));
		}
		return parts;
	}

	private static @Nullable String[] texts(ResultSet row, String column) throws SQLException {
		return (String[]) row.getArray(column).getArray();
	}

	/** A foreign key from owner to owner cannot lead to another user. */
	private static boolean isBoundToOwner(FoundTable child, FoundTable parent, List<Part> parts) {
		return parts.stream()
			.anyMatch((part) -> part.column().equals(child.registration().ownerColumn())
					&& part.parentColumn().equals(parent.registration().ownerColumn()));
	}

	private static void requireSelect(FoundTable child, FoundTable parent, List<Part> parts) {
		for (Part part : parts) {
			TableChecks.requireSelect(child, part.column());
			TableChecks.requireSelect(parent, part.parentColumn());
		}
	}

	private static DeleteRule rule(String deleteType) {
		return switch (deleteType) {
			case "c" -> DeleteRule.CASCADE;
			case "n" -> DeleteRule.SET_NULL;
			case "d" -> DeleteRule.SET_DEFAULT;
			default -> DeleteRule.REFUSE;
		};
	}

}
