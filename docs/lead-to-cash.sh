#!/bin/sh
# Lead-to-Cash from a lead to the last payment, by commands alone: what one company and one customer live through in nine months.
#
#     cargo build --release
#     TOLLGATE=target/release/tollgate sh docs/lead-to-cash.sh
#
# It shows each command and what comes of it. What a case must refuse is asked for, too, and the script fails where it is not refused.
# The cases are kept in a new folder, or in the file that TOLLGATE_STORE names. Where chapters are named, only these are carried out, so
# that you can stop between two of them and look around:
#
#     TOLLGATE_STORE=/tmp/cases.db sh docs/lead-to-cash.sh lead opportunity
#
# docs/lead-to-cash.md tells the story. `cargo test` runs the script, and holds what comes of it.
set -eu

chapters='lead opportunity bid sign hand_over change orders acceptance invoices late close look'

tollgate=${TOLLGATE:-tollgate}
workflows=$(dirname "$0")/../workflows

# Cases that an outcome starts are called by the case that they come from.
lead=LD-260301
opportunity=$lead/opportunity-1
contract=$opportunity/contract-1

# --- What the chapters are written with ---------------------------------------------------------------------------------------

# run WORD..: shows a command of tollgate, then what it prints.
run() {
    printf '\n+ tollgate'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_./:=+-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    echo
    "$tollgate" "$@"
}

# at MOMENT WHO COMMAND CASE WORD..: somebody asks something of a case.
at() {
    moment=$1
    who=$2
    shift 2
    run -q case "$@" --as "$who" --now "$moment"
}

# tick MOMENT: the clock is looked at, and what fell due by then is done.
tick() {
    run -q case tick --now "$1"
}

# refused WHY at MOMENT WHO COMMAND CASE WORD..: the same, which must be refused, and WHY is a part of what is said about it.
refused() {
    why=$1
    shift 2
    status=0
    told=$(at "$@" 2>&1) || status=$?
    printf '%s\n' "$told"
    case "$status $told" in
    "1 "*"$why"*) ;;
    *)
        echo "this must be refused, saying: $why" >&2
        exit 1
        ;;
    esac
}

# --- The chapters -------------------------------------------------------------------------------------------------------------

# A lead comes in, and is worth an opportunity.
lead() {
    # A steel maker asks for a private cloud. The lead desk writes down who it is and what it wants.
    at 2026-03-02T01:00:00Z lin.xiaoyu start "$workflows/lead.yaml" --set id=LD-260301 --set company='Northern Steel' \
        --set contact='Wang Wei' --set phone=13800000000 --set region=north --set industry=manufacturing \
        --set source=enquiry --set need='A private cloud for three plants' --set product_line=cloud \
        --set expected_amount=24000000 --set budget=23000000
    # The desk brings the lead to its first gate: by rule it is accepted, and the territories say whose it is, Sun Lei in the north.
    at 2026-03-02T02:00:00Z lin.xiaoyu submit "$lead" distribute
    # He claims it and calls. The work done leaves its trace: a call, with the place where its notes are kept.
    at 2026-03-02T03:00:00Z sun.lei update "$lead" --set claimed_on=2026-03-02 --set first_contact=2026-03-03
    at 2026-03-03T03:00:00Z sun.lei complete "$lead" first_call --reference crm/calls/77
    at 2026-03-03T03:00:00Z sun.lei complete "$lead" check
    # Too early: one call does not tell what a lead is worth, and the gate says what is missing.
    refused '`contacted` is not met: Talk to the customer before you judge the lead' \
        at 2026-03-03T03:00:00Z sun.lei submit "$lead" qualify
    # A second call, and the facts by which a lead is judged: pain, who decides, what fits, by when.
    at 2026-03-04T03:00:00Z sun.lei update "$lead" --set touches=2 --set pain=vision --set decision_maker=economic \
        --set solution_match=configured --set purchase_by=2026-06-30
    # A converted lead names its opportunity: the number is drawn first.
    refused '`lead.opportunity_no` is missing' \
        at 2026-03-04T03:00:00Z sun.lei submit "$lead" qualify
    # Now the rules convert it: the lead ends, and a case of the workflow `opportunity` starts with what is known of the customer.
    at 2026-03-04T03:00:00Z sun.lei update "$lead" --set opportunity_no=OP-260301
    at 2026-03-04T03:00:00Z sun.lei submit "$lead" qualify
    # It cannot be converted twice.
    refused 'the case `LD-260301` has ended: `converted`' \
        at 2026-03-04T04:00:00Z sun.lei submit "$lead" qualify
}

# The opportunity is initiated by the region, and a bid is planned.
opportunity() {
    # What the opportunity would bring and what it risks. Amount and risk say how high it must be decided.
    at 2026-03-05T02:00:00Z sun.lei update "$opportunity" --set name='Private cloud for three plants' \
        --set cost=18000000 --set strategic_value=3 --set relationship=decision_maker --set offering=high_tech \
        --set sales_model=direct --set products='["HYBRID-CLOUD","DC-BACKUP"]' --set risk.solution=3 \
        --set risk.delivery=4 --set risk.legal=3 --set risk.finance=4
    # The brief is written, and the opportunity is brought to its initiation: 24 million are decided by the region.
    at 2026-03-05T02:00:00Z sun.lei complete "$opportunity" brief
    at 2026-03-05T02:00:00Z sun.lei submit "$opportunity" initiate
    # Whoever submits has no vote.
    refused '`sun.lei` submitted this: somebody else must decide' \
        at 2026-03-05T03:00:00Z sun.lei decide "$opportunity" initiate approve
    # One of two heads first, then two of the region's team; who is in neither has no vote.
    at 2026-03-05T03:00:00Z qian.kun decide "$opportunity" initiate approve --comment 'a good customer'
    refused '`zhao.lei` has no vote in step 2' \
        at 2026-03-06T03:00:00Z zhao.lei decide "$opportunity" initiate approve
    at 2026-03-06T03:00:00Z ma.chao decide "$opportunity" initiate approve
    # A seat goes over to a colleague, for good: with his yes there are two, and finance has not used its veto.
    at 2026-03-06T03:00:00Z xu.ning transfer "$opportunity" initiate he.jun
    refused '`xu.ning` has no vote in step 2' \
        at 2026-03-06T03:10:00Z xu.ning decide "$opportunity" initiate approve
    at 2026-03-06T03:10:00Z he.jun decide "$opportunity" initiate approve
    # The account and the solution responsible prepare the bid; the eight answers of MEDDPICC are a score.
    at 2026-03-16T02:00:00Z sun.lei complete "$opportunity" rivals
    at 2026-03-17T02:00:00Z guo.ming complete "$opportunity" concept
    at 2026-03-18T02:00:00Z sun.lei update "$opportunity" --set bid_due=2026-04-30 --set win_probability=60 \
        --set competitors='["Orrin Power"]' --set currency=CNY --set technical_demand=high --set price_sensitive=false \
        --set competition=ordinary --set strategy=standard --set meddpicc.metrics=2 --set meddpicc.economic_buyer=2 \
        --set meddpicc.decision_criteria=2 --set meddpicc.decision_process=2 --set meddpicc.paper_process=2 \
        --set meddpicc.identify_pain=2 --set meddpicc.champion=2 --set meddpicc.competition=2
    # Nobody votes about the plan: the facts decide, and whoever submits chooses. The go starts four reviews at the same time.
    refused 'whoever brings the case to the gate `plan` chooses the outcome' \
        at 2026-03-18T02:00:00Z sun.lei submit "$opportunity" plan
    at 2026-03-18T02:00:00Z sun.lei submit "$opportunity" plan --outcome go
}

# Four reviews, a veto, and a conditional go.
bid() {
    # Four reviews side by side, each led by somebody else: solution, delivery, terms, finances. The bid waits for all of them.
    at 2026-03-24T02:00:00Z guo.ming complete "$opportunity" propose
    at 2026-03-24T02:00:00Z kong.fei complete "$opportunity" schedule
    at 2026-03-25T02:00:00Z xu.ning complete "$opportunity" opinion
    refused 'the document `price_analysis` is missing' \
        at 2026-03-25T02:00:00Z guo.ming submit "$opportunity" bid
    # The last of the four, with the mandate for the talks: a floor for the price, a discount, days of payment.
    at 2026-03-25T03:00:00Z chen.jing complete "$opportunity" price
    at 2026-03-26T02:00:00Z chen.jing update "$opportunity" --set mandate_floor=22000000 --set mandate_discount=5 \
        --set mandate_days=60 --set special_terms=false --set credit_limit=60000000 --set exposure=5000000
    # The solution responsible is away, and Ma Chao may act for him at this gate. He submits, asking for a conditional go, and loses
    # his own vote in the team by that: two of the three who are left have to agree.
    at 2026-03-26T03:00:00Z guo.ming delegate "$opportunity" ma.chao --until 2026-04-03T10:00:00Z --gate bid \
        --reason 'a fair in Hannover'
    at 2026-03-27T03:00:00Z ma.chao submit "$opportunity" bid --outcome go_if
    # The functions agree first, all of them; then the team of the region.
    at 2026-03-27T03:30:00Z he.jun decide "$opportunity" bid approve
    refused '`ma.chao` submitted this: somebody else must decide' \
        at 2026-03-27T03:30:00Z ma.chao decide "$opportunity" bid approve
    at 2026-03-27T03:40:00Z kang.ping decide "$opportunity" bid approve
    at 2026-03-27T03:50:00Z fu.rong decide "$opportunity" bid approve
    # One yes of two, and then the veto: finance needs no seat for it, and its no ends the round.
    at 2026-03-30T03:50:00Z qian.kun decide "$opportunity" bid approve
    at 2026-03-30T04:00:00Z tang.yue decide "$opportunity" bid reject --comment 'no guarantee in sight'
    # Not the end of the case: something has changed, the bid is brought again, and everybody decides anew. This time it is a go,
    # with two obligations: a guarantee of the bank, owed by finance, and an open clause, owed by legal.
    at 2026-03-31T02:00:00Z sun.lei comment "$opportunity" \
        'the bank of the customer will confirm the guarantee in April'
    at 2026-03-31T03:00:00Z ma.chao submit "$opportunity" bid --outcome go_if
    at 2026-03-31T04:00:00Z xu.ning decide "$opportunity" bid approve
    at 2026-03-31T04:00:00Z tang.yue decide "$opportunity" bid approve
    at 2026-03-31T04:00:00Z kang.ping decide "$opportunity" bid approve
    at 2026-04-01T02:00:00Z qian.kun decide "$opportunity" bid approve
    at 2026-04-01T03:00:00Z xu.ning decide "$opportunity" bid approve
}

# Talks, a price, and a signature that waits for what is owed.
sign() {
    # What was decided is locked: the floor of the price cannot be moved behind the back of those who approved it.
    refused '`mandate_floor` is locked by the gate `bid`' \
        at 2026-04-03T03:00:00Z chen.jing update "$opportunity" --set mandate_floor=20000000
    # The talks: give and take is written down, and the price is approved, technically and commercially.
    at 2026-04-14T03:00:00Z sun.lei complete "$opportunity" trade
    at 2026-04-14T03:00:00Z sun.lei update "$opportunity" --set contract_amount=23400000 --set prepayment=30 \
        --set final_payment=5 --set bid_decided_on=2026-04-01
    at 2026-04-14T03:00:00Z sun.lei submit "$opportunity" settle_price
    at 2026-04-14T04:00:00Z guo.ming decide "$opportunity" settle_price approve
    at 2026-04-14T04:00:00Z luo.bin decide "$opportunity" settle_price approve
    at 2026-04-15T04:00:00Z fu.rong decide "$opportunity" settle_price approve
    # The text of the contract is settled, and the team writes down why it won.
    at 2026-04-20T02:00:00Z he.jun complete "$opportunity" draft
    at 2026-04-20T03:00:00Z sun.lei update "$opportunity" --set contract_no=CT-260401 --set business_kind=project \
        --set payment_days=60 --set standard_text=true --set deliver_by=2026-09-30 --set starts_on=2026-05-06 \
        --set ends_on=2027-05-05 --set penalty_cap=8 --set late_interest=6 --set governing_law=china \
        --set win_reason=solution
    at 2026-04-20T03:00:00Z sun.lei complete "$opportunity" learn
    # Here the conditional go is called in: nobody signs while something is owed, and only who owes it says that it is done.
    refused '`bank_guarantee` is still owed' \
        at 2026-04-20T03:00:00Z sun.lei submit "$opportunity" sign
    refused '`sun.lei` may not clear `bank_guarantee`' \
        at 2026-04-20T04:00:00Z sun.lei clear "$opportunity" bank_guarantee
    at 2026-04-21T03:00:00Z fu.rong clear "$opportunity" bank_guarantee --comment 'confirmed by the bank, 21 April'
    at 2026-04-22T03:00:00Z xu.ning clear "$opportunity" open_clause
    # The signature: legal and finance, then two of the region's team; whoever has decided in one step does not decide in the next.
    # The opportunity is won, and the contract starts.
    at 2026-04-22T05:00:00Z sun.lei submit "$opportunity" sign
    at 2026-04-22T06:00:00Z xu.ning decide "$opportunity" sign approve
    at 2026-04-22T06:00:00Z tang.yue decide "$opportunity" sign approve
    refused '`xu.ning` approved in step 1 already: somebody else must decide' \
        at 2026-04-23T06:00:00Z xu.ning decide "$opportunity" sign approve
    at 2026-04-23T06:00:00Z qian.kun decide "$opportunity" sign approve
    at 2026-04-23T06:00:00Z ma.chao decide "$opportunity" sign approve
}

# The contract is handed over from those who sold it to those who deliver it.
hand_over() {
    # The account responsible briefs those who will deliver, the solution responsible lists what was promised.
    at 2026-04-27T02:00:00Z sun.lei complete "$contract" brief_meeting
    at 2026-04-27T02:00:00Z guo.ming complete "$contract" promises
    # The contract desk enters lots and milestones of payment; their sums must fit the contract.
    at 2026-04-27T03:00:00Z shi.lan update "$contract" --set briefed_on=2026-04-27 \
        --set lots='[
            {"number":"L1","specification":"Cloud platform, plant 1","quantity":1,"amount":9400000,
             "requested_on":"2026-07-10","milestone":"Plant 1 accepted","milestone_share":30,"milestone_amount":7020000},
            {"number":"L2","specification":"Cloud platform, plant 2","quantity":1,"amount":7000000,
             "requested_on":"2026-07-31","milestone":"Plant 2 accepted","milestone_share":20,"milestone_amount":4680000},
            {"number":"L3","specification":"Backup for all plants","quantity":3,"amount":7000000,
             "requested_on":"2026-08-14","milestone":"Plant 3 accepted","milestone_share":20,"milestone_amount":4680000}]' \
        --set milestones='[
            {"number":"M1","name":"Advance","basis":"signature","share":30,"amount":7020000},
            {"number":"M2","name":"Plant 1 accepted","basis":"acceptance","share":30,"amount":7020000,"order_no":"CT-260401-L1"},
            {"number":"M3","name":"Plant 2 accepted","basis":"acceptance","share":20,"amount":4680000,"order_no":"CT-260401-L2"},
            {"number":"M4","name":"Plant 3 accepted","basis":"acceptance","share":20,"amount":4680000,"order_no":"CT-260401-L3"}]'
    # From the account responsible (AR) over the solution responsible (SR) to the one for fulfilment (FR): all three confirm, and FR
    # leads from now on. The contract is managed and delivered side by side, and each lot starts an order.
    at 2026-04-27T03:00:00Z shi.lan submit "$contract" hand_over
    at 2026-04-28T02:00:00Z sun.lei decide "$contract" hand_over approve
    at 2026-04-28T02:00:00Z guo.ming decide "$contract" hand_over approve
    at 2026-04-28T02:00:00Z kong.fei decide "$contract" hand_over approve
}

# The customer wants more, and the hand-over decides again.
change() {
    # The customer wants more. The change is drafted, and agreed at the level that its amount asks for.
    at 2026-05-20T02:00:00Z kong.fei complete "$contract" draft_change
    at 2026-05-20T02:00:00Z kong.fei update "$contract" --set change.amount=24400000 --set change.reason=scope \
        --set change.requested_by=customer --set invoiced=0 --set collected=0 --set open_requests=0
    at 2026-05-20T02:00:00Z kong.fei submit "$contract" change
    at 2026-05-21T02:00:00Z amy.fuchs decide "$contract" change approve
    at 2026-05-21T03:00:00Z tang.yue decide "$contract" change approve
    at 2026-05-22T03:00:00Z dong.rui decide "$contract" change approve
    # The new amount goes into the contract. It is locked; with `--reopen` it can be changed, and the hand-over has to decide again.
    refused '`amount` is locked by the gate `hand_over`' \
        at 2026-05-22T04:00:00Z shi.lan update "$contract" --set amount=24400000
    at 2026-05-22T04:00:00Z shi.lan update "$contract" --set amount=24400000 --reopen
    # Lots and milestones have to fit the new amount before that.
    refused '`lots_complete` is not met: Enter every delivery lot' \
        at 2026-05-22T04:10:00Z shi.lan submit "$contract" hand_over
    at 2026-05-22T04:20:00Z shi.lan update "$contract" \
        --set lots='[
            {"number":"L1","amount":9400000},
            {"number":"L2","amount":7000000},
            {"number":"L3","amount":8000000}]' \
        --set milestones='[
            {"number":"M1","name":"Advance","basis":"signature","share":30,"amount":7320000,"accepted":true,
             "accepted_on":"2026-05-22"},
            {"number":"M2","name":"Plant 1 accepted","basis":"acceptance","share":30,"amount":7320000,"order_no":"CT-260401-L1"},
            {"number":"M3","name":"Plant 2 accepted","basis":"acceptance","share":20,"amount":4880000,"order_no":"CT-260401-L2"},
            {"number":"M4","name":"Plant 3 accepted","basis":"acceptance","share":20,"amount":4880000,"order_no":"CT-260401-L3"}]' \
        --set change.amount= --set change.reason= --set change.requested_by=
    # Until then nothing else of the contract is decided.
    refused 'the gate `hand_over` has to decide again' \
        at 2026-05-22T04:30:00Z kong.fei submit "$contract" bill
    # The three confirm again. No order starts twice.
    at 2026-05-22T05:00:00Z shi.lan submit "$contract" hand_over
    at 2026-05-25T02:00:00Z sun.lei decide "$contract" hand_over approve
    at 2026-05-25T02:00:00Z guo.ming decide "$contract" hand_over approve
    at 2026-05-25T02:00:00Z kong.fei decide "$contract" hand_over approve
    # The advance is invoiced, which starts the first case of `collection`; the orders hear of the change.
    at 2026-05-25T03:00:00Z kong.fei submit "$contract" bill
    # Who presses twice starts no second one.
    at 2026-05-25T03:05:00Z kong.fei submit "$contract" bill
    at 2026-05-25T03:30:00Z shi.lan update "$contract/order-1" --set contract_amount=24400000 --set status=open \
        --set milestone_amount=7320000
    at 2026-05-25T03:30:00Z shi.lan update "$contract/order-2" --set contract_amount=24400000 --set status=open \
        --set milestone_amount=4880000
    at 2026-05-25T03:30:00Z shi.lan update "$contract/order-3" --set contract_amount=24400000 --set status=open \
        --set milestone_amount=4880000 --set amount=8000000
}

# deliver ORDER: one order, from its admission to the customer's yard.
deliver() {
    # Is it clear enough to be delivered, and is the customer good for it?
    at 2026-05-26T02:00:00Z sun.lei update "$1" --set sellable=true --set open_questions=0 \
        --set account.credit_limit=60000000 --set account.receivables=5000000 --set account.open_orders=10000000 \
        --set account.overdue=0
    at 2026-05-26T02:00:00Z sun.lei complete "$1" clear
    at 2026-05-26T03:00:00Z sun.lei submit "$1" admit
    # Can it be built, and by when? Three decide.
    at 2026-05-27T03:00:00Z guo.ming complete "$1" technical
    at 2026-05-27T03:00:00Z bo.qing update "$1" --set technical=feasible --set load_hours=300 --set free_hours=400 \
        --set promised_on=2026-07-03 --set later_date_agreed=false
    at 2026-05-27T04:00:00Z sun.lei submit "$1" review
    at 2026-05-28T02:00:00Z guo.ming decide "$1" review approve
    at 2026-05-28T02:00:00Z mei.lin decide "$1" review approve
    at 2026-05-28T02:00:00Z kong.fei decide "$1" review approve
    # A place in the plan of the works, then it is built and tested; quality has the last word.
    at 2026-05-28T03:00:00Z bo.qing update "$1" --set start_on=2026-05-29 --set build_days=15
    at 2026-05-28T03:00:00Z bo.qing submit "$1" schedule
    at 2026-06-22T02:00:00Z guo.ming complete "$1" design
    at 2026-06-22T02:00:00Z qiu.ran complete "$1" test
    at 2026-06-22T02:00:00Z kong.fei update "$1" --set fat_passed=true --set open_issues=0
    at 2026-06-22T03:00:00Z kong.fei submit "$1" build
    at 2026-06-22T04:00:00Z hana.sato decide "$1" build approve
    # Packed, released, on its way, and there.
    at 2026-06-23T02:00:00Z bo.qing complete "$1" pack
    at 2026-06-23T02:00:00Z kong.fei update "$1" --set goods_complete=true --set site_ready=true \
        --set erp_status=released
    at 2026-06-23T03:00:00Z kong.fei submit "$1" dispatch
    at 2026-06-30T02:00:00Z ma.chao complete "$1" ship
    at 2026-06-30T02:00:00Z kong.fei update "$1" --set delivered_on=2026-06-30
    at 2026-06-30T03:00:00Z kong.fei submit "$1" arrive
}

# Three orders, one for each lot.
orders() {
    for number in 1 2 3; do
        deliver "$contract/order-$number"
    done
}

# rework ORDER: a plant fails its test of performance.
rework() {
    # Nobody has to decide that: by rule it is to be rectified.
    at 2026-07-02T02:00:00Z kong.fei complete "$1" test
    at 2026-07-02T02:00:00Z kong.fei update "$1" --set acceptance.function=passed --set acceptance.performance=failed \
        --set acceptance.quality=passed
    at 2026-07-02T03:00:00Z kong.fei submit "$1" accept
    # It is mended. That it may be tested again is said by somebody else than who mended it.
    at 2026-07-10T02:00:00Z kong.fei complete "$1" mend
    at 2026-07-10T02:00:00Z kong.fei update "$1" --set rectifications=1 --set mended=true
    at 2026-07-10T03:00:00Z kong.fei submit "$1" retest
    refused '`kong.fei` submitted this: somebody else must decide' \
        at 2026-07-10T03:10:00Z kong.fei decide "$1" retest approve
    at 2026-07-10T03:30:00Z guo.ming decide "$1" retest approve
}

# accept ORDER AMOUNT: the customer accepts what was delivered.
accept() {
    # All tests are passed, and the customer signs. That starts the invoice for the milestone.
    at 2026-07-16T02:00:00Z kong.fei complete "$1" test
    at 2026-07-16T02:00:00Z sun.lei complete "$1" sign
    at 2026-07-16T02:00:00Z kong.fei update "$1" --set acceptance.function=passed --set acceptance.performance=passed \
        --set acceptance.quality=passed --set acceptance.signed_on=2026-07-16
    at 2026-07-16T03:00:00Z kong.fei submit "$1" accept
    # The order is wound up.
    at 2026-07-21T02:00:00Z sun.lei update "$1" --set invoiced="$2" --set erp_status=invoiced --set status=closed
    at 2026-07-21T03:00:00Z sun.lei submit "$1" close
}

# The second plant fails and is mended; then all three are accepted.
acceptance() {
    rework "$contract/order-2"
    accept "$contract/order-1" 7320000
    accept "$contract/order-2" 4880000
    accept "$contract/order-3" 4880000
}

# bill INVOICE: an invoice is released, matched with what was accepted, issued and handed over to the customer.
bill() {
    at 2026-07-22T02:00:00Z chen.jing update "$1" --set customer_class=regular --set regime=two_way \
        --set kind=vat_special --set tax_no=91110000600007000K --set bill_currency=CNY
    at 2026-07-22T02:10:00Z sun.lei submit "$1" release
    at 2026-07-22T03:00:00Z chen.jing complete "$1" match
    at 2026-07-22T03:10:00Z chen.jing submit "$1" issue
    at 2026-07-22T04:00:00Z sun.lei complete "$1" hand_over
}

# pay INVOICE AMOUNT: the money comes in and is booked, which settles the invoice.
pay() {
    at 2026-07-23T02:00:00Z chen.jing update "$1" --set paid_amount="$2"
    at 2026-07-23T02:00:00Z chen.jing submit "$1" settle
}

# Four invoices, for the advance and for each acceptance; three are paid.
invoices() {
    bill "$contract/collection-4"
    for number in 1 2 3; do
        bill "$contract/order-$number/collection-1"
    done
    pay "$contract/collection-4" 7320000
    pay "$contract/order-1/collection-1" 7320000
    pay "$contract/order-3/collection-1" 4880000
    # Everything is delivered: both branches of the execution come together, and the contract waits for its money.
    at 2026-07-24T02:00:00Z kong.fei complete "$contract" plan
    at 2026-07-24T02:00:00Z kong.fei submit "$contract" finish
}

# One customer does not pay: a call, a letter, talks.
late() {
    invoice=$contract/order-2/collection-1
    # Money for the second plant does not come. Nobody has to watch that: the clock says that it is due, and tells who leads there.
    tick 2026-09-15T02:00:00Z
    # The first rung, by rule: a call.
    at 2026-09-15T02:10:00Z chen.jing submit "$invoice" settle
    # The second rung: without knowing how much is at stake nothing is decided. Then it is a letter, and a stop of the credit.
    refused '`invoice.exposure` is missing' \
        at 2026-09-21T02:10:00Z chen.jing submit "$invoice" settle
    at 2026-09-21T02:10:00Z chen.jing update "$invoice" --set exposure=4880000 --set credit_limit=60000000 \
        --set oldest_open_days=7 --set overdue_exposure=4880000 --set provision=48800
    at 2026-09-21T02:20:00Z chen.jing submit "$invoice" settle
    at 2026-09-22T02:20:00Z tang.yue complete "$invoice" letter --reference 'registered mail 41'
    at 2026-09-22T02:20:00Z tang.yue update "$invoice" --set last_demand_on=2026-09-22
    # Talks begin when the letter has had its time, not before.
    refused 'the gate `begin_talks` does not concern this record' \
        at 2026-10-12T02:20:00Z sun.lei submit "$invoice" begin_talks
    tick 2026-10-15T02:20:00Z
    at 2026-10-15T02:30:00Z sun.lei submit "$invoice" begin_talks
    at 2026-10-20T02:30:00Z sun.lei complete "$invoice" talk
}

# The last payment, and the end of the contract with its evaluation.
close() {
    invoice=$contract/order-2/collection-1
    # The talks have helped: the last payment comes in.
    at 2026-11-05T02:30:00Z chen.jing update "$invoice" --set paid_amount=4880000 --set provision=0
    at 2026-11-05T02:40:00Z sun.lei submit "$invoice" after_talks
    # The contract is reported on and evaluated: delivery, money, what the customer says.
    at 2026-11-06T02:00:00Z kong.fei complete "$contract" report_delivery
    at 2026-11-06T02:00:00Z sun.lei complete "$contract" report_money
    at 2026-11-06T02:00:00Z sun.lei complete "$contract" ask
    at 2026-11-06T02:00:00Z kong.fei complete "$contract" evaluate
    at 2026-11-06T02:00:00Z kong.fei update "$contract" --set satisfaction=92 --set risks='[]' \
        --set actual_cost=18100000 --set collection_days=70 --set closed_on=2026-11-09
    # Finance has not booked everything yet, and a contract with open money is not closed.
    refused '`money_in` is not met' \
        at 2026-11-06T02:10:00Z kong.fei submit "$contract" close
    at 2026-11-06T02:20:00Z fu.rong update "$contract" \
        --set milestones='[
            {"number":"M1","name":"Advance","share":30,"amount":7320000,"accepted":true,"invoiced":7320000,"paid":7320000},
            {"number":"M2","name":"Plant 1 accepted","share":30,"amount":7320000,"order_no":"CT-260401-L1",
             "accepted":true,"paid":7320000},
            {"number":"M3","name":"Plant 2 accepted","share":20,"amount":4880000,"order_no":"CT-260401-L2",
             "accepted":true,"paid":4880000},
            {"number":"M4","name":"Plant 3 accepted","share":20,"amount":4880000,"order_no":"CT-260401-L3",
             "accepted":true,"paid":4880000}]' \
        --set invoiced=24400000 --set collected=24400000
    # Finance, then two of the region's team: the contract is closed, and the lead has become money.
    at 2026-11-06T03:00:00Z kong.fei submit "$contract" close
    at 2026-11-06T04:00:00Z fu.rong decide "$contract" close approve
    at 2026-11-09T04:00:00Z qian.kun decide "$contract" close approve
    at 2026-11-09T04:00:00Z xu.ning decide "$contract" close approve
}

# All cases, how the contract stands, and whether every event is still as it was written.
look() {
    run case list --all --now 2026-11-09T05:00:00Z
    run case show "$contract" --now 2026-11-09T05:00:00Z
    run audit verify
}

# --- Which of them --------------------------------------------------------------------------------------------------------------

command -v "$tollgate" >/dev/null || {
    echo "there is no program $tollgate: make it with \`cargo build --release\`, and name it in TOLLGATE" >&2
    exit 2
}
for chapter in "$@"; do
    case " $chapters " in
    *" $chapter "*) ;;
    *)
        echo "there is no chapter $chapter; there are: $chapters" >&2
        exit 2
        ;;
    esac
done
[ $# -gt 0 ] || set -- $chapters

if [ -z "${TOLLGATE_STORE:-}" ]; then
    folder=${TMPDIR:-/tmp}/lead-to-cash-$$
    mkdir "$folder"
    TOLLGATE_STORE=$folder/cases.db
fi
export TOLLGATE_STORE
for chapter in "$@"; do
    "$chapter"
done
[ -z "${folder:-}" ] || printf '\nThe cases are in %s\n' "$TOLLGATE_STORE"
