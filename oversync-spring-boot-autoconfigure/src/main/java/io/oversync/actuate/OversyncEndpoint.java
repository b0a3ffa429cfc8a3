/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.actuate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.EngineStatistics;
import io.oversync.internal.service.SyncEngine;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncDevices;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The Actuator endpoint {@code oversync}: what operators look at, and what they may do.
 * As any endpoint it is reached over HTTP only if it is exposed. It shows data of users
 * (ids, keys of rows, messages of failures, never payloads), so access must be
 * restricted.
 */
@Endpoint(id = "oversync")
public class OversyncEndpoint {

	/** The most failures and differences that are listed. */
	static final int MOST_LISTED = 100;

	/** Asks for failures, and has no stream of its own. */
	private static final String NO_DEVICE = "oversync";

	private final SyncEngine engine;

	private final SyncDevices devices;

	private final StreamCompaction compaction;

	private final CurrentEpoch epoch;

	/**
	 * Creates the endpoint; for the auto-configuration.
	 * @param engine the engine
	 * @param devices the devices of users
	 * @param compaction compacts streams
	 * @param epoch the name of the server's history
	 */
	public OversyncEndpoint(SyncEngine engine, SyncDevices devices, StreamCompaction compaction, CurrentEpoch epoch) {
		this.engine = engine;
		this.devices = devices;
		this.compaction = compaction;
		this.epoch = epoch;
	}

	/**
	 * Shows the whole server.
	 * @return tables and numbers
	 */
	@ReadOperation
	public Overview overview() {
		EngineStatistics numbers = this.engine.statistics();
		Map<String, Long> failures = new TreeMap<>();
		numbers.failures().forEach((table, count) -> failures.put(table.toString(), count));
		return new Overview(this.epoch.name(),
				this.engine.catalog().tables().stream().map(OversyncEndpoint::table).toList(), numbers.streams(),
				failures, numbers.waitingRows(), this.engine.watches().size());
	}

	private static Table table(SyncedTable table) {
		return new Table(table.name().toString(), table.materialized(), table.captured(), table.ownerColumn(),
				table.problem());
	}

	/**
	 * Shows a user.
	 * @param user the user's id
	 * @return the head, the devices and the latest open failures
	 */
	@ReadOperation
	public User user(@Selector String user) {
		return answer(() -> {
			List<Failure> failures = new ArrayList<>();
			this.engine.materializeFailures(new SyncActor(user, NO_DEVICE), null, null, MOST_LISTED,
					(failure) -> failures.add(new Failure(failure.id(), failure.table().toString(), failure.pk(),
							failure.op().name(), failure.attemptedVersion(), failure.error(), failure.firstSeen(),
							failure.retryCount())));
			return new User(user, this.engine.head(user), this.devices.list(user), failures);
		});
	}

	/**
	 * Works on a table.
	 * @param operation {@code rematerialize} or {@code check}
	 * @param table a registered table
	 * @param user only rows of this user, null for those of all
	 * @param failedOnly whether only rows with a recorded failure are written; by default
	 * they are
	 * @param percent about how many of the rows are checked, by default all
	 * @return what came of it
	 */
	@WriteOperation
	public Object operate(String operation, String table, @Nullable String user, @Nullable Boolean failedOnly,
			@Nullable Integer percent) {
		return answer(() -> {
			TableName name = TableName.parse(table);
			return switch (operation.toLowerCase(Locale.ROOT)) {
				case "rematerialize" -> this.engine
					.rematerialize(new Rematerialization.Request(name, user, !Boolean.FALSE.equals(failedOnly)));
				case "check" -> check(new SyncChecks.Request(name, user, (percent != null) ? percent : 100));
				default -> throw unknown(operation, "rematerialize, check");
			};
		});
	}

	private Check check(SyncChecks.Request request) {
		List<SyncChecks.Row> rows = new ArrayList<>();
		SyncChecks.Result result = this.engine.check(request, (row) -> {
			if (rows.size() < MOST_LISTED) {
				rows.add(row);
			}
		});
		return new Check(result.users(), result.rows(), result.differing(), result.failed(), result.complete(),
				rows.stream()
					.map((row) -> new Difference(row.userId(), row.pk(), row.difference().name(), row.columns()))
					.toList());
	}

	/**
	 * Works on a user.
	 * @param user the user's id
	 * @param operation {@code retry}, {@code compact}, {@code preview}, {@code revoke},
	 * {@code restore} or {@code forget}
	 * @param failure the id of the failure that is retried
	 * @param device the device that is revoked, restored or forgotten
	 * @return what came of it
	 */
	@WriteOperation
	public Object operateOnUser(@Selector String user, String operation, @Nullable Long failure,
			@Nullable String device) {
		return answer(() -> switch (operation.toLowerCase(Locale.ROOT)) {
			case "retry" -> this.engine.retryMaterializeFailure(new SyncActor(user, NO_DEVICE),
					require(failure, "failure", operation));
			case "compact" -> this.compaction.compact(user);
			case "preview" -> this.compaction.preview(user);
			case "revoke" -> new Changed(this.devices.revoke(user, require(device, "device", operation)));
			case "restore" -> new Changed(this.devices.restore(user, require(device, "device", operation)));
			case "forget" -> new Changed(this.devices.forget(user, require(device, "device", operation)));
			default -> throw unknown(operation, "retry, compact, preview, revoke, restore, forget");
		});
	}

	private static <T> T require(@Nullable T value, String name, String operation) {
		if (value == null) {
			throw new IllegalArgumentException("The operation '" + operation + "' needs '" + name + "'");
		}
		return value;
	}

	private static IllegalArgumentException unknown(String operation, String known) {
		return new IllegalArgumentException("'" + operation + "' is not an operation; there are " + known);
	}

	/** A wrong request is answered 400. */
	private static <T> T answer(Supplier<T> work) {
		try {
			return work.get();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw invalid(ex);
		}
		catch (SyncException ex) {
			if (ex.code() == ErrorCode.NOT_FOUND || ex.code() == ErrorCode.AUTHENTICATION_FAILED
					|| ex.code() == ErrorCode.RETRY_IN_PROGRESS || ex.code() == ErrorCode.INVALID_REQUEST) {
				throw invalid(ex);
			}
			throw ex;
		}
	}

	private static InvalidEndpointRequestException invalid(RuntimeException failure) {
		String message = String.valueOf(failure.getMessage());
		return new InvalidEndpointRequestException(message, message, failure);
	}

	/**
	 * The whole server.
	 *
	 * @param epoch the name of its history, null for none
	 * @param tables the registered tables
	 * @param streams the number of users with a stream; a large one is an estimate
	 * @param failures the number of open failures by table
	 * @param waitingRows the number of rows that the application wrote and that are not
	 * absorbed yet
	 * @param watchers the number of devices that wait for news on this node
	 */
	public record Overview(@Nullable String epoch, List<Table> tables, long streams, Map<String, Long> failures,
			long waitingRows, int watchers) {
	}

	/**
	 * A registered table.
	 *
	 * @param name its name
	 * @param materialized whether rows are written to it
	 * @param captured whether writes of the application are captured
	 * @param ownerColumn the column with the user, null for none
	 * @param problem why it cannot be written at the moment, null if it can
	 */
	public record Table(String name, boolean materialized, boolean captured, @Nullable String ownerColumn,
			@Nullable String problem) {
	}

	/**
	 * A user.
	 *
	 * @param id the user's id
	 * @param head the last position of the stream
	 * @param devices the devices, the last seen first
	 * @param failures the latest open failures
	 */
	public record User(String id, long head, List<SyncDevices.Device> devices, List<Failure> failures) {
	}

	/**
	 * A row that its table refused.
	 *
	 * @param id the id of the failure
	 * @param table the table
	 * @param pk the key of the row
	 * @param op the operation
	 * @param version the version that was being written
	 * @param error the problem
	 * @param firstSeen when the row first failed
	 * @param retries how often it was tried again
	 */
	public record Failure(long id, String table, UUID pk, String op, long version, String error, Instant firstSeen,
			int retries) {
	}

	/**
	 * What a check found.
	 *
	 * @param users how many users were looked at
	 * @param rows how many rows were compared
	 * @param differing how many rows differ
	 * @param failed how many rows were left out because their failure is recorded
	 * @param complete whether it went on to the end; the application stopped otherwise
	 * @param first the first rows that differ
	 */
	public record Check(long users, long rows, long differing, long failed, boolean complete, List<Difference> first) {
	}

	/**
	 * A row that differs.
	 *
	 * @param user the user
	 * @param pk the key
	 * @param difference the kind of difference
	 * @param columns the columns that have other values
	 */
	public record Difference(String user, UUID pk, String difference, List<String> columns) {
	}

	/**
	 * What came of an operation on a device.
	 *
	 * @param changed whether there was anything to do
	 */
	public record Changed(boolean changed) {
	}

}
