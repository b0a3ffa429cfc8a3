/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.oversync.client.HydrateResult;
import io.oversync.client.NetworkException;
import io.oversync.client.SyncClientBuilder;
import io.oversync.client.SyncException;
import io.oversync.client.SyncResult;
import io.oversync.client.TokenSupplier;
import io.oversync.client.http.SyncHttp;
import io.oversync.simulator.program.Failure;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.Difference;
import io.oversync.verification.device.RandomEdits;
import io.oversync.verification.device.RenewedToken;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.Settlement;
import io.oversync.verification.device.StreamReader;
import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.device.UnreachableServerException;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

/**
 * The stage of one user's scenario: devices that can lose their network, an output, and
 * checks of devices and server. Used by one thread.
 */
final class Stage implements AutoCloseable {

	/** The database has room for a few of all users at once. */
	private static final Semaphore DATABASE = new Semaphore(10);

	private final SyncTarget target;

	private final @Nullable String databaseUrl;

	private final Path folder;

	private final String suffix;

	private final Random random;

	/** Makes the keys different from those of other plays. */
	private final long keys;

	private final Audience audience;

	private final List<Device> devices = new ArrayList<>();

	private final Set<String> offline = ConcurrentHashMap.newKeySet();

	/**
	 * Sets up a stage.
	 * @param target the server
	 * @param databaseUrl its database, to look at its tables as well, or null
	 * @param folder where the devices' files go
	 * @param suffix makes the names of its users unique, even across runs
	 * @param random the source of random choices
	 * @param audience receives the progress
	 */
	Stage(SyncTarget target, @Nullable String databaseUrl, Path folder, String suffix, Random random,
			Audience audience) {
		this.target = target;
		this.databaseUrl = databaseUrl;
		this.folder = folder;
		this.suffix = suffix;
		this.random = random;
		this.keys = UUID.nameUUIDFromBytes(suffix.getBytes(StandardCharsets.UTF_8)).getLeastSignificantBits();
		this.audience = audience;
	}

	Random random() {
		return this.random;
	}

	SyncTarget target() {
		return this.target;
	}

	/**
	 * Makes a key for a new row. With the same seed its first half is the same, and with
	 * it the order of the rows; the second half is not, since the server holds the rows
	 * of the earlier plays.
	 */
	UUID newKey() {
		return new UUID(this.random.nextLong(), this.random.nextLong() ^ this.keys);
	}

	/** Returns users with random edits. */
	RandomEdits edits() {
		return new RandomEdits(this.random);
	}

	/**
	 * Names a user.
	 * @param name such as {@code ann}
	 * @return the name on the server
	 */
	String user(String name) {
		return name + "-" + this.suffix;
	}

	/** Describes the next step. */
	void tell(String line) {
		this.audience.told(line);
	}

	/**
	 * Opens a device, online.
	 * @param user from {@link #user}
	 * @param name its id
	 * @param tables which it has
	 * @return closed with the stage
	 */
	Device device(String user, String name, TableModel... tables) {
		return device(user, name, (builder) -> {
		}, tables);
	}

	/**
	 * Opens a device, online.
	 * @param user from {@link #user}
	 * @param name its id
	 * @param settings what differs from the client's defaults
	 * @param tables which it has
	 * @return closed with the stage
	 */
	Device device(String user, String name, Consumer<SyncClientBuilder> settings, TableModel... tables) {
		String address = user + "/" + name;
		// a device of that name may have been retired while it was offline
		this.offline.remove(address);
		SyncHttp network = (request) -> {
			requireNetwork(address);
			return SyncTarget.NETWORK.exchange(request);
		};
		RenewedToken signIn = new RenewedToken(this.target, user, name);
		TokenSupplier token = (refused) -> {
			try {
				requireNetwork(address);
			}
			catch (IOException ex) {
				throw new NetworkException("Nobody can sign in", ex);
			}
			return signIn.token(refused);
		};
		Device device = new Device(this.folder, this.target, user, name, Arrays.asList(tables),
				(builder) -> settings.accept(builder.http(network).renewableToken(token)));
		this.devices.add(device);
		return device;
	}

	private void requireNetwork(String device) throws IOException {
		if (this.offline.contains(device)) {
			throw new IOException("The device has no network");
		}
	}

	/** Takes the network away from a device. */
	void disconnect(Device device) {
		this.offline.add(device.toString());
	}

	/** Gives the network back. */
	void connect(Device device) {
		this.offline.remove(device.toString());
	}

	/** Removes a device, which is lost or sold. */
	void retire(Device device) {
		device.close();
		this.devices.remove(device);
	}

	/** Syncs a device and counts the exchange. */
	SyncResult sync(Device device) {
		SyncResult result = naming(device, () -> device.client().sync());
		this.audience.synced(result.upload().uploaded(), result.download().applied(),
				result.upload().conflicts().size() + result.download().conflicts().size());
		return result;
	}

	/** Hydrates a device and counts the rows. */
	HydrateResult hydrate(Device device) {
		HydrateResult result = naming(device, () -> device.client().hydrate());
		this.audience.synced(0, result.applied(), result.conflicts().size());
		return result;
	}

	private static <T> T naming(Device device, Supplier<T> exchange) {
		try {
			return exchange.get();
		}
		catch (SyncException | UnreachableServerException ex) {
			throw new ScenarioFailure(device + ": " + Failure.describe(ex));
		}
	}

	/** Tries to sync without a network. */
	void failToSync(Device device) {
		try {
			device.client().sync();
		}
		catch (NetworkException ex) {
			return;
		}
		throw new ScenarioFailure(device + " has synced without a network");
	}

	/**
	 * Syncs all devices of a user until none has anything left to do. A change that the
	 * server will never take, such as a child of a row that was deleted elsewhere, is
	 * discarded.
	 * @param user from {@link #user}
	 */
	void settle(String user) {
		Settlement settlement = new Settlement(this::sync, (device, change) -> tell(
				device.name() + " gives up " + change.table() + " " + change.pk() + ": " + change.reason()));
		String unfinished = settlement.settle(devicesOf(user));
		require(unfinished.isEmpty(), "The devices of " + user + " come to no end: " + unfinished);
	}

	private List<Device> devicesOf(String user) {
		return this.devices.stream().filter((device) -> device.user().equals(user)).toList();
	}

	/**
	 * Checks that all devices of a user, the server's change stream and, where the
	 * database can be looked at, its tables and views hold the same rows, and that
	 * nothing is left to do.
	 * @param user from {@link #user}
	 * @return the rows, as {@link Device#rows()}
	 */
	Map<String, List<String>> verify(String user) {
		List<WireEntry> stream = stream(user);
		Map<String, List<String>> rows = this.target.tables().fold(stream);
		for (Device device : devicesOf(user)) {
			requireEqual("the server's stream", rows, device.toString(), device.rows());
			require(device.unfinished().isEmpty(), device + " has something left to do: " + device.unfinished());
		}
		withDatabase((tables) -> verifyDatabase(tables, user, stream, rows));
		return rows;
	}

	/**
	 * Reads the whole change stream of a user.
	 * @param user from {@link #user}
	 * @return the entries by position
	 */
	List<WireEntry> stream(String user) {
		return new StreamReader(this.target, user).readAll();
	}

	private void verifyDatabase(ServerTables tables, String user, List<WireEntry> stream,
			Map<String, List<String>> rows) {
		requireEqual("the server's stream", rows, "its business tables", tables.business(user));
		requireEqual("the server's stream", rows, "the view sync.sync_state", tables.state(user));
		long failures = tables.materializeFailures(user);
		require(failures == 0, "Rows of " + user + " could not be written to their business tables: " + failures);
		requireEqual("the server's stream", TableModels.versions(stream), "the view sync.sync_row_meta",
				tables.versions(user));
		requireEqual("the server's stream", log(stream), "the view sync.server_change_log", tables.log(user));
	}

	private static Map<String, List<String>> log(List<WireEntry> stream) {
		return stream.stream()
			.collect(Collectors.toMap((entry) -> "change " + entry.serverId(),
					(entry) -> List.of(entry.row(), entry.op(), Long.toString(entry.version()), entry.sourceId(),
							Long.toString(entry.sourceChangeId()))));
	}

	/**
	 * Checks the server's tables if its database is accessible.
	 * @param look the check
	 */
	void withDatabase(Consumer<ServerTables> look) {
		if (this.databaseUrl != null) {
			DATABASE.acquireUninterruptibly();
			try {
				look.accept(new ServerTables(this.databaseUrl, this.target.registeredTables()));
			}
			finally {
				DATABASE.release();
			}
		}
	}

	/** Returns the history of a user's rows. */
	RowHistories history(String user) {
		return new RowHistories(stream(user));
	}

	/**
	 * Checks a value.
	 * @param what a description of the value
	 * @param expected the value that it should have
	 * @param found the value that it has
	 */
	void requireEqual(String what, @Nullable Object expected, @Nullable Object found) {
		require(Objects.equals(expected, found), what + ": expected " + expected + ", found " + found);
	}

	/** Checks that two databases hold the same rows. */
	void requireEqual(String one, Map<String, List<String>> left, String other, Map<String, List<String>> right) {
		String difference = Difference.between(one, left, other, right);
		require(difference.isEmpty(), difference);
	}

	/** Checks anything. */
	void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new ScenarioFailure(otherwise);
		}
	}

	@Override
	public void close() {
		this.devices.forEach(Device::close);
	}

}
