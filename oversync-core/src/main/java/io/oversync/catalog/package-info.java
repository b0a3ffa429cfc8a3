/**
 * What the application registered: tables, columns, foreign keys and the order that
 * follows.
 */
@NullMarked
package io.oversync.catalog;

import org.jspecify.annotations.NullMarked;
