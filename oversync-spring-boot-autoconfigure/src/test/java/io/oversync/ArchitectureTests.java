package io.oversync;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions between packages, and the rules of auto-configurations.
 */
@AnalyzeClasses(packages = "io.oversync", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule arrowsPointInOneDirection = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("protocol")
		.definedBy("io.oversync.protocol")
		.layer("catalog")
		.definedBy("io.oversync.catalog")
		.layer("store")
		.definedBy("io.oversync.store")
		.layer("materialize")
		.definedBy("io.oversync.materialize")
		.layer("upload")
		.definedBy("io.oversync.upload")
		.layer("download")
		.definedBy("io.oversync.download")
		.layer("service")
		.definedBy("io.oversync.service")
		.layer("web")
		.definedBy("io.oversync.web")
		.layer("autoconfigure")
		.definedBy("io.oversync.autoconfigure")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("web")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("service")
		.mayOnlyBeAccessedByLayers("web", "autoconfigure")
		.whereLayer("upload")
		.mayOnlyBeAccessedByLayers("service", "autoconfigure")
		.whereLayer("download")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("materialize")
		.mayOnlyBeAccessedByLayers("upload", "service", "autoconfigure")
		.whereLayer("store")
		.mayOnlyBeAccessedByLayers("materialize", "upload", "download", "service", "autoconfigure")
		.whereLayer("catalog")
		.mayOnlyBeAccessedByLayers("store", "materialize", "upload", "download", "service", "autoconfigure");

	@ArchTest
	static final ArchRule packagesFormNoCycles = slices().matching("io.oversync.(*)..").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule theEngineDoesNotKnowSpringBoot = noClasses().that()
		.resideOutsideOfPackage("io.oversync.autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	// Spring Security is optional: what an application without it loads must not refer to
	// it
	@ArchTest
	static final ArchRule onlyThreeClassesKnowSpringSecurity = noClasses().that()
		.haveNameNotMatching(
				"io.oversync.web.(TokenActorResolver|SyncAuthenticationEntryPoint|SyncRequestMatcher)(\\$.*)?")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.security..");

	@ArchTest
	static final ArchRule theProtocolKnowsNeitherSpringNorTheDatabase = noClasses().that()
		.resideInAPackage("io.oversync.protocol")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..", "jakarta..");

	@ArchTest
	static final ArchRule thePlannerIsPure = noClasses().that()
		.haveNameMatching(
				"io.oversync.upload.(UploadPlanner|UpsertPhase|DeletePhase|DeleteEffects|BatchState|VersionGate|Piece|DependencyOrder)(\\$.*)?")
		.should()
		.dependOnClassesThat(DescribedPredicate.describe("know SQL, Spring, the clock or chance",
				(JavaClass type) -> type.getPackageName().startsWith("org.springframework")
						|| type.getPackageName().startsWith("java.sql") || type.getPackageName().startsWith("javax.sql")
						|| type.getPackageName().startsWith("java.time") || type.getSimpleName().equals("Random")
						|| type.getPackageName().equals("io.oversync.store")));

	@ArchTest
	static final ArchRule autoConfigurationsAreFinalWithoutPublicMembers = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule classConditionsStandOnClasses = noMethods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.beAnnotatedWith(ConditionalOnClass.class);

}
