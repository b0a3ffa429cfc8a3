package io.oversync.upload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import io.oversync.catalog.DeleteRule;
import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;
import io.oversync.materialize.BusinessTables;
import io.oversync.materialize.Scope;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.TableName;
import io.oversync.protocol.Uuids;
import io.oversync.store.ChangeStore;
import io.oversync.store.FailureStore;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows that refer to rows which may be deleted, and to those that would be
 * deleted with them, level by level. Children are read from the business table; those
 * that are not there, since their table is not materialised or their write failed, from
 * their payloads.
 */
final class ChildFinder {

	private final TableCatalog catalog;

	private final BusinessTables businessTables;

	private final ChangeStore changes;

	private final FailureStore failures;

	ChildFinder(TableCatalog catalog, BusinessTables businessTables, ChangeStore changes, FailureStore failures) {
		this.catalog = catalog;
		this.businessTables = businessTables;
		this.changes = changes;
		this.failures = failures;
	}

	/**
	 * Finds children.
	 * @param scope the user
	 * @param deleted the rows that may be deleted
	 * @param hasFailures whether rows of the user are missing in their business tables
	 * @param images reads the last after-images of rows
	 * @return the children of each row that has some
	 */
	Map<RowKey, List<Child>> find(Scope scope, Collection<RowKey> deleted, boolean hasFailures, ImageReader images) {
		Map<RowKey, List<Child>> children = new HashMap<>();
		Set<RowKey> met = new HashSet<>(deleted);
		Collection<RowKey> level = deleted;
		while (!level.isEmpty()) {
			List<RowKey> next = new ArrayList<>();
			Map<TableName, Set<UUID>> byTable = level.stream()
				.collect(Collectors.groupingBy(RowKey::table, Collectors.mapping(RowKey::pk, Collectors.toSet())));
			byTable.forEach((table, keys) -> {
				for (ForeignKey foreignKey : this.catalog.referencesTo(table)) {
					find(scope, foreignKey, keys, hasFailures, images, (parent, pk) -> {
						RowKey child = new RowKey(foreignKey.child(), pk);
						List<Child> siblings = children.computeIfAbsent(new RowKey(table, parent),
								(key) -> new ArrayList<>());
						siblings.add(new Child(foreignKey, child));
						if (foreignKey.deleteRule() == DeleteRule.CASCADE && met.add(child)) {
							next.add(child);
						}
					});
				}
			});
			level = next;
		}
		return children;
	}

	private void find(Scope scope, ForeignKey foreignKey, Set<UUID> parents, boolean hasFailures, ImageReader images,
			BiConsumer<UUID, UUID> sink) {
		SyncedTable child = this.catalog.get(foreignKey.child());
		Set<UUID> found = new HashSet<>();
		BiConsumer<UUID, UUID> once = (parent, pk) -> {
			if (found.add(pk)) {
				sink.accept(parent, pk);
			}
		};
		BiConsumer<UUID, String> byPayload = (pk, payload) -> {
			UUID parent = parent(child, foreignKey, payload);
			if (parent != null && parents.contains(parent)) {
				once.accept(parent, pk);
			}
		};
		if (!child.materialized()) {
			this.changes.readLiveRows(scope.streamId(), child.id(), byPayload);
			return;
		}
		if (hasFailures) {
			List<UUID> failed = this.failures.findFailedRows(scope.streamId(), child.name());
			images.read(failed.stream().map((pk) -> new RowKey(child.name(), pk)).toList(),
					(row, payload) -> byPayload.accept(row.pk(), payload));
			// what the business table holds of them is outdated
			found.addAll(failed);
		}
		this.businessTables.findChildren(foreignKey, scope, parents, once);
	}

	private static @Nullable UUID parent(SyncedTable child, ForeignKey foreignKey, String payload) {
		JsonValue value = child.names()
			.byColumn(PayloadMembers.read(payload.getBytes(StandardCharsets.UTF_8)))
			.get(foreignKey.column());
		return (value != null && value.type() == JsonValue.Type.STRING) ? Uuids.parseValue(value.text()) : null;
	}

	/** Reads the last after-images of rows. */
	interface ImageReader {

		/**
		 * Reads after-images.
		 * @param rows the rows
		 * @param sink receives each live row with its after-image
		 */
		void read(List<RowKey> rows, BiConsumer<RowKey, String> sink);

	}

}
