/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.oversync.client.Conflict;
import io.oversync.client.ConflictResolver;
import io.oversync.client.DownloadResult;
import io.oversync.client.NetworkException;
import io.oversync.client.QuarantinedChange;
import io.oversync.client.RefusedDelete;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.ServerException;
import io.oversync.client.ServerResetException;
import io.oversync.client.SyncClientBuilder;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncResult;
import io.oversync.client.UploadResult;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.RandomEdits.RowEdit;
import io.oversync.verification.device.RandomEdits;
import io.oversync.verification.device.TableChanges;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.device.UnreachableServerException;
import org.jspecify.annotations.Nullable;

/**
 * Drives a device through its role and remembers its user's last edit of each row.
 */
final class DeviceDriver implements AutoCloseable {

	/** Small, so that faults meet many exchanges. */
	private static final int UPLOAD_BATCH = 7;

	private static final int DOWNLOAD_PAGE = 11;

	private static final int BATCH_BYTES = 100_000;

	/** A response may stall. */
	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	/**
	 * Long enough for a slow machine: a response that stalls is given up much earlier.
	 */
	private static final Duration LONGEST_EXCHANGE = Duration.ofSeconds(30);

	private static final int UNAUTHORIZED = 401;

	private static final int SERVER_ERRORS = 500;

	private final Role role;

	private final TableModels tables;

	private final FaultProxy proxy;

	private final Counters counters;

	private final @Nullable SecondNode node;

	private final Revocations revocations;

	private final Device device;

	private final RandomEdits edits = new RandomEdits(new Random(0));

	private final Map<String, LastEdit> lastEdits = new ConcurrentHashMap<>();

	private final List<UserWrite> userWrites = new CopyOnWriteArrayList<>();

	private final List<Absence> absences = new CopyOnWriteArrayList<>();

	private @Nullable Backup backup;

	/** The rows at the device's last exchange with the server, or attempt at one. */
	private Set<String> known = Set.of();

	private final SyncListener witness = new SyncListener() {

		@Override
		public void onConflict(ResolvedConflict resolved) {
			if (resolved.resolution() != null) {
				report(resolved.conflict().table(), resolved.conflict().pk());
			}
		}

		@Override
		public void onQuarantined(QuarantinedChange change) {
			report(change.table(), change.pk());
		}

		@Override
		public void onRefusedDelete(RefusedDelete delete) {
			report(delete.table(), delete.pk());
			DeviceDriver.this.counters.count("refused deletes");
		}

	};

	DeviceDriver(Role role, String user, Setting setting, FaultProxy proxy, Counters counters,
			Revocations revocations) {
		this.node = setting.node();
		this.revocations = revocations;
		this.role = role;
		this.tables = setting.tables();
		this.proxy = proxy;
		this.counters = counters;
		this.device = new Device(setting.folder(), setting.target(), user, name(role), setting.tables().list(),
				setting.clients().access(), (builder) -> {
					settings(builder);
					setting.clients().settings().accept(builder);
				});
		this.device.client().addListener(this.witness);
	}

	private void settings(SyncClientBuilder builder) {
		builder.server(this.proxy.syncUri(lane()))
			.uploadBatch(UPLOAD_BATCH, BATCH_BYTES)
			.downloadPage(DOWNLOAD_PAGE)
			.timeout(TIMEOUT)
			.resolver(resolver());
	}

	/** All devices of a user resolve conflicts alike, and users differ. */
	private ConflictResolver resolver() {
		return switch (this.role.user() % 4) {
			case 0 -> ConflictResolver.serverWins();
			case 1 -> ConflictResolver.threeWayMerge();
			case 2 -> ConflictResolver.clientWins();
			default -> (conflict) -> ConflictResolver.lastWriter(this.tables.named(conflict.table()).label().name())
				.resolve(conflict);
		};
	}

	Role role() {
		return this.role;
	}

	Device device() {
		return this.device;
	}

	/** Returns the name of its lane in the network. */
	String lane() {
		return lane(this.role);
	}

	/** Returns the id of a device, which is unique among those of its user. */
	static String name(Role role) {
		return "device" + (role.device() + 1);
	}

	static String lane(Role role) {
		return role.user() + "-" + role.device();
	}

	List<LastEdit> lastEdits() {
		return List.copyOf(this.lastEdits.values());
	}

	/** Returns what its user wrote, deletes excluded. */
	List<UserWrite> userWrites() {
		return this.userWrites;
	}

	/** Returns since when a server need not wait for it. */
	List<Absence> absences() {
		return this.absences;
	}

	private void wrote(String row) {
		this.userWrites.add(new UserWrite(name(this.role), row, System.nanoTime()));
	}

	private void report(String table, String pk) {
		this.lastEdits.computeIfPresent(this.tables.named(table).rowName(pk),
				(row, last) -> new LastEdit(last.device(), last.edit(), true));
	}

	/**
	 * Performs an action.
	 * @return a description of its outcome
	 */
	String act(Action action) {
		this.proxy.plan(lane(), action.faults());
		String outcome = switch (action.kind()) {
			case EDIT -> edit(action, this.edits::edit);
			case ADD_CHILDREN -> edit(action, this.edits::addChild);
			case DELETE_PARENTS -> edit(action, this.edits::deleteParent);
			case SYNC -> exchange(this::sync);
			case UPLOAD -> exchange(() -> describe(counted(this.device.client().uploadOnce())));
			case DOWNLOAD -> exchange(() -> describe(counted(this.device.client().downloadOnce(action.count()))));
			case HYDRATE -> exchange(() -> "received " + this.device.client().hydrate().downloaded());
			case VERIFY -> exchange(this::verify);
			case REOPEN -> reopen();
			case REINSTALL -> reinstall();
			case BACK_UP -> backUp();
			case PUT_BACK -> putBack();
			case GIVE_UP -> each((change) -> this.device.client().discardQuarantined(change.id()));
			case REBUILD_TABLE -> rebuild(action);
			case CHANGE_COLUMN -> changeColumn(action);
			case ROAM -> roam();
			case EXPIRE -> operate((server) -> server.expire(this.device.user(), name(this.role)));
			case REVOKE -> operate((server) -> this.revocations.revoke(this.role,
					() -> server.revoke(this.device.user(), name(this.role))));
			case PERMIT -> operate((server) -> permit(server::permit));
			case FORGET -> operate((server) -> permit(server::forget));
			case TRY_AGAIN -> each((change) -> this.device.client().retryQuarantined(change.id()));
		};
		return action + ": " + outcome;
	}

	private String roam() {
		this.proxy.roam(lane());
		return "done";
	}

	private String operate(Consumer<SecondNode> operation) {
		if (this.node == null) {
			return "this server has no operator here";
		}
		this.absences.add(new Absence(name(this.role), System.nanoTime()));
		operation.accept(this.node);
		return "done";
	}

	/** Both end a revocation. */
	private void permit(BiConsumer<String, String> operation) {
		this.revocations.permit(this.role, () -> operation.accept(this.device.user(), name(this.role)));
	}

	/** Lets the device in, unless it surely is. */
	void admit() {
		if (this.node != null && this.revocations.isPossible(this.role)) {
			permit(this.node::permit);
		}
	}

	private String edit(Action action, Function<Device, List<RowEdit>> kind) {
		Random random = new Random(action.seed());
		this.edits.decideBy(random);
		List<RowEdit> edits = new ArrayList<>();
		for (int i = 0; i < action.count(); i++) {
			edits.addAll(kind.apply(this.device));
		}
		return noted(edits);
	}

	private String rebuild(Action action) {
		wrote(UserWrite.ANY);
		return noted(new TableChanges(new Random(action.seed())).rebuild(this.device));
	}

	private String changeColumn(Action action) {
		wrote(UserWrite.ANY);
		List<String> outcome = new ArrayList<>();
		new TableChanges(new Random(action.seed())).dropAndAddColumn(this.device, (edits) -> {
			outcome.add(noted(edits));
			outcome.add(exchange(this::sync));
		});
		return String.join(", ", outcome);
	}

	private String noted(List<RowEdit> edits) {
		Map<String, RowEdit> done = new LinkedHashMap<>();
		for (RowEdit edit : edits) {
			String row = edit.table().rowName(edit.key());
			if (edit.label() == null && !this.known.contains(row)) {
				// added and deleted before the client noticed it
				this.lastEdits.remove(row);
			}
			else {
				this.lastEdits.put(row, new LastEdit(this.device.toString(), edit, false));
			}
			if (edit.label() != null) {
				wrote(row);
			}
			done.put(row, edit);
			this.counters.count("edits");
		}
		return done.isEmpty() ? "nothing"
				: done.values().stream().map(RowEdit::toString).collect(Collectors.joining(", "));
	}

	private String sync() {
		SyncResult result = this.device.client().sync();
		return describe(counted(result.upload())) + ", " + describe(counted(result.download()));
	}

	private String verify() {
		this.counters.count("verifications");
		String differences = this.device.differences();
		if (!differences.isEmpty()) {
			throw new IllegalStateException(differences);
		}
		return "all rows are the server's";
	}

	private UploadResult counted(UploadResult result) {
		this.counters.add(Counters.UPLOADED, result.uploaded());
		this.counters.add(Counters.CONFLICTS, result.conflicts().size());
		return result;
	}

	private DownloadResult counted(DownloadResult result) {
		this.counters.add(Counters.DOWNLOADED, result.downloaded());
		this.counters.add(Counters.CONFLICTS, result.conflicts().size());
		return result;
	}

	private String describe(UploadResult result) {
		return "sent " + result.uploaded() + ", of which applied " + result.applied()
				+ rows(", conflicts", result.conflicts().stream().map((resolved) -> name(resolved.conflict())).toList())
				+ rows(", refused", result.quarantined().stream().map(this::name).toList())
				+ rows(", deletes refused", result.refused().stream().map(this::name).toList())
				+ ((result.waiting().isEmpty()) ? "" : ", waiting " + result.waiting().size());
	}

	private String describe(DownloadResult result) {
		return "received " + result.downloaded() + ", of which written " + result.applied()
				+ rows(", conflicts", result.conflicts().stream().map((resolved) -> name(resolved.conflict())).toList())
				+ ((result.held() == 0) ? "" : ", held back " + result.held());
	}

	private static String rows(String what, List<String> names) {
		return names.isEmpty() ? "" : what + " " + names;
	}

	private String name(Conflict conflict) {
		return this.tables.named(conflict.table()).rowName(conflict.pk());
	}

	private String name(RefusedDelete delete) {
		return this.tables.named(delete.table()).rowName(delete.pk()) + " because of " + delete.referencedBy().size();
	}

	private String name(QuarantinedChange change) {
		return this.tables.named(change.table()).rowName(change.pk()) + " " + change.reason();
	}

	private String exchange(Supplier<String> exchange) {
		long started = System.nanoTime();
		String outcome = attempt(exchange);
		Duration taken = Duration.ofNanos(System.nanoTime() - started);
		if (taken.compareTo(LONGEST_EXCHANGE) > 0) {
			throw new IllegalStateException("It took " + taken.toSeconds()
					+ " s, although no response is waited for longer than " + TIMEOUT.toSeconds() + " s: " + outcome);
		}
		return outcome;
	}

	private String attempt(Supplier<String> exchange) {
		this.counters.count("syncs");
		try {
			return exchange.get();
		}
		catch (NetworkException | UnreachableServerException | ServerResetException ex) {
			this.counters.count("failed syncs");
			return String.valueOf(ex.getMessage());
		}
		catch (ServerException ex) {
			if (ex.status() == UNAUTHORIZED && this.revocations.isPossible(this.role)) {
				this.counters.count("refused devices");
				return "refused";
			}
			if (ex.status() == SentRequest.GONE && this.node != null) {
				// a single step leaves it to the next sync
				this.counters.count("failed syncs");
				return String.valueOf(ex.getMessage());
			}
			if (ex.status() < SERVER_ERRORS) {
				throw ex;
			}
			this.counters.count("failed syncs");
			return String.valueOf(ex.getMessage());
		}
		finally {
			this.known = this.device.rowNames();
		}
	}

	private String reopen() {
		this.device.reopen();
		this.device.client().addListener(this.witness);
		return "done";
	}

	private String reinstall() {
		this.counters.count("reinstalls");
		this.device.reinstall();
		this.device.client().addListener(this.witness);
		// unsent edits are lost with the database, as expected
		this.lastEdits.clear();
		this.known = Set.of();
		return "done";
	}

	private String backUp() {
		this.backup = new Backup(this.device.backUp(), Map.copyOf(this.lastEdits), this.known);
		this.device.client().addListener(this.witness);
		return "done";
	}

	private String putBack() {
		Backup older = this.backup;
		if (older == null) {
			return "there is none";
		}
		this.counters.count("databases put back");
		this.absences.add(new Absence(name(this.role), System.nanoTime()));
		this.device.putBack(older.copy);
		this.device.client().addListener(this.witness);
		// later edits that were not sent are lost, as expected
		this.lastEdits.clear();
		this.lastEdits.putAll(older.lastEdits);
		older.lastEdits.values()
			.stream()
			.map(LastEdit::edit)
			.filter((edit) -> edit.label() != null)
			.forEach((edit) -> wrote(edit.table().rowName(edit.key())));
		this.known = older.known;
		return "done";
	}

	private String each(Consumer<QuarantinedChange> what) {
		List<QuarantinedChange> changes = this.device.client().quarantined();
		changes.forEach(what);
		return changes.size() + " changes";
	}

	@Override
	public String toString() {
		return this.role.toString();
	}

	/**
	 * A copy of the database, with the state at its time.
	 *
	 * @param copy the file
	 * @param lastEdits the last edit of each row
	 * @param known the rows
	 */
	private record Backup(Path copy, Map<String, LastEdit> lastEdits, Set<String> known) {
	}

	@Override
	public void close() {
		this.device.close();
	}

}
