/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.SqlStates;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.Uuids;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One id for each user, however the principal spells it. Where an owner column is of type
 * uuid, ids are UUIDs in their canonical form. An id that an owner column cannot hold
 * ends the request, before it could write rows without an owner or with a truncated one.
 */
final class UserIds {

	private static final Log logger = LogFactory.getLog(UserIds.class);

	/** The number of users that are remembered; others are checked again. */
	private static final int REMEMBERED = 10_000;

	private static final int SHOWN_CHARACTERS = 80;

	private final @Nullable SyncedTable uuids;

	private final @Nullable SyncedTable shortest;

	private final Map<String, SyncedTable> domains = new LinkedHashMap<>();

	private final JdbcTemplate jdbc;

	private final Set<String> accepted = bounded();

	private final Set<String> reported = bounded();

	/**
	 * Creates it.
	 * @param catalog the registered tables
	 * @param dataSource the application's database, which checks the constraints of
	 * domains
	 */
	UserIds(TableCatalog catalog, DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
		List<SyncedTable> owned = new ArrayList<>();
		for (SyncedTable table : catalog.tables()) {
			// also one that cannot be written at the moment: the ids of its users stay as
			// they are
			if ((table.materialized() || table.problem() != null) && table.ownerColumn() != null) {
				owned.add(table);
				if (table.ownership().domain() != null) {
					this.domains.putIfAbsent(table.ownership().domain(), table);
				}
			}
		}
		this.uuids = owned.stream().filter((table) -> table.ownership().uuid()).findFirst().orElse(null);
		this.shortest = owned.stream()
			.filter((table) -> table.ownership().maxLength() > 0)
			.min((one, other) -> Integer.compare(one.ownership().maxLength(), other.ownership().maxLength()))
			.orElse(null);
	}

	private static Set<String> bounded() {
		return Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
				return size() > REMEMBERED;
			}

		}));
	}

	/**
	 * Finds the user's one id.
	 * @param actor as the application's security names it
	 * @return the same device of the user under its one id
	 * @throws SyncException {@link ErrorCode#AUTHENTICATION_FAILED} if an owner column
	 * cannot hold the id, as far as that is known without the database
	 */
	SyncActor canonical(SyncActor actor) {
		String id = spelledAsStored(actor.userId());
		if (this.shortest != null && id.codePointCount(0, id.length()) > this.shortest.ownership().maxLength()) {
			throw refused(id, this.shortest,
					"it has more than " + this.shortest.ownership().maxLength() + " characters");
		}
		return id.equals(actor.userId()) ? actor : new SyncActor(id, actor.sourceId());
	}

	/**
	 * Returns whether the database has to check an id.
	 * @param id the user's one id
	 * @return false if no domain restricts it, or it was accepted before
	 */
	boolean isUnchecked(String id) {
		return !this.domains.isEmpty() && !this.accepted.contains(id);
	}

	/**
	 * Has the database check an id.
	 * @param id the user's one id
	 * @return true
	 * @throws SyncException {@link ErrorCode#AUTHENTICATION_FAILED} if the domain of an
	 * owner column does not allow it
	 */
	boolean check(String id) {
		checkDomains(id);
		this.accepted.add(id);
		return true;
	}

	private String spelledAsStored(String id) {
		if (this.uuids == null) {
			return id;
		}
		UUID uuid = Uuids.parseAsPostgres(id);
		if (uuid == null) {
			throw refused(id, this.uuids, "it is no UUID");
		}
		return uuid.toString();
	}

	private void checkDomains(String id) {
		for (Map.Entry<String, SyncedTable> domain : this.domains.entrySet()) {
			try {
				this.jdbc.queryForList("SELECT ?::text::" + domain.getKey() + " IS NULL", Boolean.class, id);
			}
			catch (DataAccessException ex) {
				if (SqlStates.isTransient(ex)) {
					throw ex;
				}
				throw refused(id, domain.getValue(), "its type " + domain.getKey() + " does not allow it");
			}
		}
	}

	private SyncException refused(String id, SyncedTable table, String reason) {
		if (this.reported.add(id)) {
			String shown = (id.length() > SHOWN_CHARACTERS) ? id.substring(0, SHOWN_CHARACTERS) + "…" : id;
			logger.warn(("Requests of the user \"%s\" are refused: the owner column %s of %s cannot hold this user id,"
					+ " since %s. Let the application's security name users by ids that it can hold"
					+ " (oversync.identity.user-claim), or change the column's type")
				.formatted(shown, table.ownerColumn(), table.name(), reason));
		}
		return new SyncException(ErrorCode.AUTHENTICATION_FAILED,
				"The user id cannot own rows of " + table.name() + ": " + reason);
	}

}
